"""Belgian Dutch dates and numbers: dd/mm/jjjj, 16.00 uur, decimal comma."""

DATE_FORMAT = "d/m/Y"
SHORT_DATE_FORMAT = "d/m/Y"
DATETIME_FORMAT = r"d/m/Y \o\m H.i \u\u\r"
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
TIME_FORMAT = r"H.i \u\u\r"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"]
