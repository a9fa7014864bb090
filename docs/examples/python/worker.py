"""Звено конвейера, как Задания.ЗадачаКонвейера в конфигурации: Pull с задачами - Push с результатами, JSON.
A stage of a pipeline, as Задания.ЗадачаКонвейера of the configuration: a Pull of tasks, a Push of results, JSON.

    python worker.py tcp://127.0.0.1:5557 tcp://127.0.0.1:5558
"""

import json
import sys

import zmq

context = zmq.Context()
tasks, results = context.socket(zmq.PULL), context.socket(zmq.PUSH)
tasks.connect(sys.argv[1])
results.connect(sys.argv[2])
# Пять секунд без задач - работы больше нет. Five seconds without a task: there is no more work.
while tasks.poll(5000):
    task = json.loads(tasks.recv())
    task["Число"] += 1
    results.send(json.dumps(task, ensure_ascii=False).encode())
results.close(linger=5000)
