"""The loop of biip: python biip_loop.py LABEL SECONDS CORRUPTED

prints {"rate": reads a second, "refused": how many of the corrupted labels}.
"""

import json
import sys
import time

import biip

label, seconds, corrupted = sys.argv[1], float(sys.argv[2]), json.loads(sys.argv[3])

message = biip.parse(label).gs1_message
read = [element.ai.ai for element in message.element_strings]
assert read == ["01", "17", "10", "21"], read

begin = time.perf_counter()
count = 0
while (spent := time.perf_counter() - begin) < seconds:
    for _ in range(100):
        biip.parse(label)
    count += 100
rate = count / spent

refused = 0
for data in corrupted:
    try:
        if biip.parse(data).gs1_message is None:
            refused += 1
    except biip.ParseError:
        refused += 1
print(json.dumps({"rate": rate, "refused": refused}))
