// Издатель для объекта ZeroMQ.Sub из 1С: дожидается первой подписки и рассылает курсы.
// A publisher for the object ZeroMQ.Sub of 1C: waits for the first subscription, then sends rates.
//
//     node publisher.js tcp://127.0.0.1:5556 10
const zmq = require("zeromq");

async function main() {
  // XPublisher - тот же Publisher, но ему видны подписки. An XPublisher is a Publisher that sees who subscribes.
  const socket = new zmq.XPublisher({ linger: 5000 });
  await socket.bind(process.argv[2]);
  console.log("bound", socket.lastEndpoint);
  await socket.receive();
  for (let number = 0; number < Number(process.argv[3]); number++) {
    await socket.send(["weather", "+20"]);
    await socket.send(["курсы.USD", String(90 + number)]);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  socket.close();
}

main();
