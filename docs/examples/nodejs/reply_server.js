// Сервер для объекта ZeroMQ.Req из 1С: складывает числа, присланные в JSON.
// A server for the object ZeroMQ.Req of 1C: adds up numbers that come as JSON.
//
//     npm install
//     node reply_server.js tcp://127.0.0.1:5555
const zmq = require("zeromq");

async function main() {
  const socket = new zmq.Reply({ linger: 5000 });
  await socket.bind(process.argv[2]);
  console.log("bound", socket.lastEndpoint);
  for await (const [data] of socket) {
    const request = JSON.parse(data.toString());
    if (request["Операция"] === "Стоп") {
      await socket.send("{}");
      break;
    }
    // Ответить нужно всегда, иначе клиент будет ждать. A client waits for an answer, so there is always one.
    const reply = Array.isArray(request["Числа"])
      ? { Результат: request["Числа"].reduce((sum, number) => sum + number, 0) }
      : { Ошибка: "нет чисел" };
    await socket.send(JSON.stringify(reply));
  }
  socket.close();
}

main();
