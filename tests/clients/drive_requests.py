from concurrent.futures import ThreadPoolExecutor

import requests
from aside import BASE, CREDENTIALS, end_every_session, past_the_expiry
from latchkey_requests import Latchkey

auth = Latchkey(BASE, **CREDENTIALS)
past_the_expiry()
with ThreadPoolExecutor(10) as threads:
    answers = threads.map(lambda _: requests.get(BASE + "/api/hello/", auth=auth), range(10))
    print(*[answer.status_code for answer in answers])
end_every_session()
past_the_expiry()
try:
    requests.get(BASE + "/api/hello/", auth=auth)
except requests.HTTPError as failure:
    print(failure.response.status_code)
