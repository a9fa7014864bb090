// Другая сторона на C#, библиотека NetMQ. The other side in C#, by NetMQ.
//
//     dotnet run -- server tcp://127.0.0.1:5555
//     dotnet run -- client tcp://127.0.0.1:5555 Привет
//     dotnet run -- publisher tcp://127.0.0.1:5556 10
//     dotnet run -- subscriber tcp://127.0.0.1:5556 курсы
//     dotnet run -- worker tcp://127.0.0.1:5557 tcp://127.0.0.1:5558
using System;
using System.Linq;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;

static class Program
{
    static void Main(string[] args)
    {
        switch (args[0])
        {
            case "server": Server(args[1]); break;
            case "client": Client(args[1], args[2]); break;
            case "publisher": Publisher(args[1], int.Parse(args[2])); break;
            case "subscriber": Subscriber(args[1], args[2]); break;
            case "worker": Worker(args[1], args[2]); break;
        }
        NetMQConfig.Cleanup();
    }

    // Для объекта ZeroMQ.Req из 1С: складывает числа, присланные в JSON.
    static void Server(string endpoint)
    {
        using (var socket = new ResponseSocket())
        {
            socket.Options.Linger = TimeSpan.FromSeconds(5);
            socket.Bind(endpoint);
            var stop = false;
            while (!stop)
            {
                var text = socket.ReceiveFrameString();
                var reply = new JsonObject();
                try
                {
                    var request = JsonNode.Parse(text);
                    stop = (string)request["Операция"] == "Стоп";
                    if (!stop) reply["Результат"] = request["Числа"].AsArray().Sum(number => (decimal)number);
                }
                catch (Exception error)
                {
                    // Ответить нужно всегда, иначе клиент будет ждать.
                    reply["Ошибка"] = error.Message;
                }
                socket.SendFrame(reply.ToJsonString());
            }
        }
    }

    // Для объекта ZeroMQ.Rep из 1С: отправляет запрос, ждёт ответа, при тишине спрашивает заново.
    static void Client(string endpoint, string request)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            // После молчания нужен новый сокет: он не отправит второй запрос, не дождавшись ответа на первый.
            using (var socket = new RequestSocket())
            {
                socket.Connect(endpoint);
                socket.SendFrame(request);
                string reply;
                if (socket.TryReceiveFrameString(TimeSpan.FromSeconds(5), out reply))
                {
                    Console.WriteLine(reply);
                    return;
                }
            }
        }
        Console.Error.WriteLine("нет ответа");
    }

    // Для объекта ZeroMQ.Sub из 1С: дожидается первой подписки и рассылает курсы.
    static void Publisher(string endpoint, int count)
    {
        using (var socket = new XPublisherSocket())
        {
            socket.Bind(endpoint);
            socket.ReceiveFrameBytes();
            for (var number = 0; number < count; number++)
            {
                socket.SendMoreFrame("курсы.USD").SendFrame((90 + number).ToString());
            }
            socket.Options.Linger = TimeSpan.FromSeconds(5);
        }
    }

    // Для объекта ZeroMQ.Pub из 1С: печатает сообщения, тема которых начинается так, как сказано.
    static void Subscriber(string endpoint, string topic)
    {
        using (var socket = new SubscriberSocket())
        {
            socket.Subscribe(topic);
            socket.Connect(endpoint);
            while (true)
            {
                var parts = socket.ReceiveMultipartStrings(2);
                Console.WriteLine(parts[0] + " " + parts[1]);
                if (parts[1] == "stop") return;
            }
        }
    }

    // Звено конвейера, как Задания.ЗадачаКонвейера в конфигурации.
    static void Worker(string tasksEndpoint, string resultsEndpoint)
    {
        using (var tasks = new PullSocket())
        using (var results = new PushSocket())
        {
            tasks.Connect(tasksEndpoint);
            results.Connect(resultsEndpoint);
            results.Options.Linger = TimeSpan.FromSeconds(5);
            string text;
            // Пять секунд без задач - работы больше нет.
            while (tasks.TryReceiveFrameString(TimeSpan.FromSeconds(5), out text))
            {
                var task = JsonNode.Parse(text);
                task["Число"] = (decimal)task["Число"] + 1;
                results.SendFrame(task.ToJsonString());
            }
        }
    }
}
