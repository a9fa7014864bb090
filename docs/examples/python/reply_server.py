"""Сервер для объекта ZeroMQ.Req из 1С: складывает числа, присланные в JSON.
A server for the object ZeroMQ.Req of 1C: adds up numbers that come as JSON.

    pip install pyzmq
    python reply_server.py tcp://127.0.0.1:5555
"""

import json
import sys

import zmq

socket = zmq.Context().socket(zmq.REP)
socket.bind(sys.argv[1])
print("bound", socket.last_endpoint.decode(), flush=True)
while True:
    data = socket.recv()
    try:
        request = json.loads(data)
        if request.get("Операция") == "Стоп":
            socket.send(b"{}")
            break
        reply = {"Результат": sum(request["Числа"])}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Ответить нужно всегда, иначе клиент будет ждать. A client waits for an answer, so there is always one.
        reply = {"Ошибка": repr(error)}
    socket.send(json.dumps(reply, ensure_ascii=False).encode())
socket.close(linger=5000)
