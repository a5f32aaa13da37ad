import time, pytest
from tests.cast import make_world
from tests.companies.conftest import form_data, new_enterprise_number
@pytest.mark.django_db
def test_time(client, world):
    client.get("/inschrijven/")
    t=time.perf_counter()
    for _ in range(10): client.get("/inschrijven/")
    print("GET intake ms", (time.perf_counter()-t)*100)
    t=time.perf_counter()
    for _ in range(10): client.get("/privacy/")
    print("GET privacy ms", (time.perf_counter()-t)*100)
    t=time.perf_counter()
    for _ in range(10): assert client.post("/inschrijven/", form_data(world.trajectory, enterprise_number=new_enterprise_number())).status_code==302
    print("POST ms", (time.perf_counter()-t)*100)
