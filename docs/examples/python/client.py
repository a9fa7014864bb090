"""Клиент для объекта ZeroMQ.Rep из 1С: отправляет запрос, ждёт ответа, при тишине спрашивает заново.
A client for the object ZeroMQ.Rep of 1C: sends a request, waits for the reply, asks again where there is silence.

    python client.py tcp://127.0.0.1:5555 Привет
"""

import sys

import zmq

context = zmq.Context()
for attempt in range(3):
    # После молчания нужен новый сокет: REQ не отправит второй запрос, не дождавшись ответа на первый.
    # Silence takes a new socket: a REQ sends no second request before the reply to the first.
    with context.socket(zmq.REQ) as socket:
        socket.linger = 0
        socket.connect(sys.argv[1])
        socket.send_string(sys.argv[2])
        if socket.poll(5000):
            print(socket.recv_string())
            break
else:
    sys.exit("нет ответа")
