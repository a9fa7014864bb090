"""Подписчик для объекта ZeroMQ.Pub из 1С: печатает сообщения, тема которых начинается так, как сказано.
A subscriber for the object ZeroMQ.Pub of 1C: prints the messages whose topic begins as told.

    python subscriber.py tcp://127.0.0.1:5556 курсы
"""

import sys

import zmq

socket = zmq.Context().socket(zmq.SUB)
socket.subscribe(sys.argv[2])
socket.connect(sys.argv[1])
while True:
    topic, text = socket.recv_multipart()
    print(topic.decode(), text.decode(), flush=True)
    if text == b"stop":
        break
