from concurrent.futures import ThreadPoolExecutor

import httpx
from aside import BASE, CREDENTIALS, end_every_session, past_the_expiry
from latchkey_httpx import Latchkey

with httpx.Client(base_url=BASE, auth=Latchkey(BASE, **CREDENTIALS)) as client:
    past_the_expiry()
    with ThreadPoolExecutor(10) as threads:
        answers = threads.map(lambda _: client.get("/api/hello/"), range(10))
        print(*[answer.status_code for answer in answers])
    end_every_session()
    past_the_expiry()
    try:
        client.get("/api/hello/")
    except httpx.HTTPStatusError as failure:
        print(failure.response.status_code)
