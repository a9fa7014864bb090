"""Издатель для объекта ZeroMQ.Sub из 1С: дожидается первой подписки и рассылает курсы.
A publisher for the object ZeroMQ.Sub of 1C: waits for the first subscription, then sends rates.

    python publisher.py tcp://127.0.0.1:5556 10
"""

import sys
import time

import zmq

# XPUB - тот же PUB, но ему видны подписки. An XPUB is a PUB that sees who subscribes.
socket = zmq.Context().socket(zmq.XPUB)
socket.bind(sys.argv[1])
print("bound", socket.last_endpoint.decode(), flush=True)
socket.recv()
for number in range(int(sys.argv[2])):
    socket.send_multipart([b"weather", b"+20"])
    socket.send_multipart(["курсы.USD".encode(), b"%d" % (90 + number)])
    time.sleep(0.01)
socket.close(linger=5000)
