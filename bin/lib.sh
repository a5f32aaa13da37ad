# Shared by the scripts in bin/: sourced, not run. Works with bash 3.2 (macOS).

say() { printf '%s\n' "$*" >&2; }

# Homebrew's own folders are not always on the PATH that make hands us.
for folder in /opt/homebrew/bin /usr/local/bin; do
    case ":$PATH:" in
        *":$folder:"*) ;;
        *) if [ -d "$folder" ]; then PATH="$PATH:$folder"; fi ;;
    esac
done
export PATH
export PYTHONUTF8=1

# Whether $1 is a Python that the locks were made for.
supported() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; }

# Sets PYTHON to a supported Python; PYTHON= in the environment wins.
find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if supported "$candidate"; then
            PYTHON=$candidate
            return 0
        fi
    done
    say "IN2STEM needs Python 3.11, 3.12 or 3.13 and found none of them. Install one, or name it: make demo PYTHON=/path/to/python3"
    return 1
}
