// Звено конвейера, как Задания.ЗадачаКонвейера в конфигурации: Pull с задачами - Push с результатами, JSON.
// A stage of a pipeline, as Задания.ЗадачаКонвейера of the configuration: a Pull of tasks, a Push of results, JSON.
//
//     node worker.js tcp://127.0.0.1:5557 tcp://127.0.0.1:5558
const zmq = require("zeromq");

async function main() {
  // Пять секунд без задач - работы больше нет. Five seconds without a task: there is no more work.
  const tasks = new zmq.Pull({ receiveTimeout: 5000 });
  const results = new zmq.Push({ linger: 5000 });
  tasks.connect(process.argv[2]);
  results.connect(process.argv[3]);
  try {
    while (true) {
      const [data] = await tasks.receive();
      const task = JSON.parse(data.toString());
      task["Число"] += 1;
      await results.send(JSON.stringify(task));
    }
  } catch (error) {
    if (error.code !== "EAGAIN") throw error;
  }
  results.close();
  tasks.close();
}

main();
