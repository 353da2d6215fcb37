using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.DenseNet.Samples.Tests.WebApi;

/// <summary>What happens to requests when models change, break or come late, and when the service stops.</summary>
[TestClass]
public sealed class WebApiModelTests
{
    private const int Clients = 64, Swaps = 50;

    private static string Car => CarTruth.Cars[0];

    [TestMethod]
    public async Task Each_answer_is_that_of_the_version_it_names_while_models_are_swapped()
    {
        using var folder = new ModelFolder();
        string other = folder.Cars + ".other";
        await new Sample("WebApi.Training").Run(other, "2");
        CarTruth[] truths = [new(ModelFolder.BuiltCars), new(other)];
        CollectionAssert.AreNotEqual(truths[0].Prices, truths[1].Prices);
        using var service = await folder.Serve();

        using var stop = new CancellationTokenSource();
        var answered = new ConcurrentDictionary<string, int>();
        var clients = Enumerable.Range(0, Clients).Select(client => Task.Run(() => Ask(client))).ToArray();
        for (int swap = 1; swap <= Swaps; swap++)
        {
            var next = truths[swap % 2];
            ModelFolder.Replace(folder.Cars, File.ReadAllBytes(next.ModelFile));
            await service.Until(async () => (string?)(await service.Post("/cars/predict", Car)).Body["model"] == next.Version, $"swap {swap} is served");
        }

        await service.Until(async () => await service.Metric("webapi_model_reloads_total", "Cars") == 1 + Swaps, "every swap is counted");
        await service.Until(async () => await service.Metric("webapi_model_versions", "Cars") <= 3, "old versions are collected");
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        CollectionAssert.AreEquivalent(truths.Select(truth => truth.Version).ToArray(), answered.Keys.ToArray());
        Assert.AreEqual(0, await service.Metric("webapi_model_reload_failures_total", "Cars"));

        async Task Ask(int client)
        {
            var random = new Random(client);
            while (!stop.IsCancellationRequested)
            {
                int first = random.Next(CarTruth.Cars.Length - 20), count = random.Next(1, 20);
                bool isBatch = random.Next(4) == 0;
                var (status, body) = isBatch
                    ? await service.Post("/cars/batch", $$"""{"rows":[{{string.Join(',', CarTruth.Cars.AsSpan(first, count).ToArray())}}]}""")
                    : await service.Post("/cars/predict", CarTruth.Cars[first]);
                Assert.AreEqual(200, status, body.ToJsonString());

                var truth = truths.Single(truth => truth.Version == (string?)body["model"]);
                float[] prices = isBatch ? body["prices"].Deserialize<float[]>()! : [(float)body["price"]!];
                CollectionAssert.AreEqual(truth.Prices[first..(first + (isBatch ? count : 1))], prices);
                answered.AddOrUpdate(truth.Version, 1, (_, answers) => answers + 1);

                // The clients share the machine with the service.
                await Task.Delay(5);
            }
        }
    }

    [TestMethod]
    public async Task The_training_prints_what_its_README_shows_and_saves_a_model_that_predicts_prices()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("webapi-").FullName, "cars.zip");
        ShownOutput.AssertPrinted(await new Sample("WebApi.Training").Run(file), "samples/WebApi.Training/README.md");

        // Another processor may round differently, so the model need not be the one in the repository to the last bit.
        float[] shipped = new CarTruth(ModelFolder.BuiltCars).Prices, trained = new CarTruth(file).Prices;
        double mean = shipped.Average(), spread = shipped.Sum(price => (price - mean) * (price - mean));
        Assert.IsGreaterThan(0.99, 1 - shipped.Zip(trained, (left, right) => (left - right) * (left - right)).Sum() / spread);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [TestMethod]
    public async Task A_network_is_swapped_too()
    {
        using var folder = new ModelFolder();
        using var service = await folder.Serve();

        // A tumor of which the network is not sure.
        float[] features = TumorData.Rows[81];
        string tumor = TumorData.ToJson(features);
        var (_, before) = await service.Post("/tumors/predict", tumor);

        // The weights of another network with the same features: those of the sample, with one changed.
        string file = folder.Tumors + ".other";
        TrainedNetwork.Load(ModelFolder.BuiltTumors).SaveSafetensors(file);
        byte[] content = File.ReadAllBytes(file);
        BitConverter.GetBytes(3f).CopyTo(content, content.Length - sizeof(float));
        File.WriteAllBytes(file, content);
        var network = TrainedNetwork.LoadSafetensors(file);
        network.Save(folder.Tumors);

        string version = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(folder.Tumors)))[..12];
        JsonNode after = before;
        await service.Until(async () => (string?)(after = (await service.Post("/tumors/predict", tumor)).Body)["model"] == version, "the other network is served");
        float[] probability = new float[1];
        network.Predict(features, probability);
        Assert.AreEqual(probability[0], (float)after["probability"]!);
        Assert.AreNotEqual((float)before["probability"]!, (float)after["probability"]!);
    }

    [TestMethod]
    public async Task A_bad_file_never_replaces_a_good_one_and_is_reported()
    {
        using var folder = new ModelFolder();
        using var service = await folder.Serve();
        byte[] good = File.ReadAllBytes(ModelFolder.BuiltCars);
        byte[] damaged = [.. good];
        damaged[good.Length / 2] ^= 0xFF;
        string version = new CarTruth(ModelFolder.BuiltCars).Version;
        float price = (float)(await service.Post("/cars/predict", Car)).Body["price"]!;

        byte[][] bad = [[], "no zip at all"u8.ToArray(), good[..(good.Length / 2)], damaged, File.ReadAllBytes(ModelFolder.BuiltTumors)];
        for (int failures = 1; failures <= bad.Length; failures++)
        {
            ModelFolder.Replace(folder.Cars, bad[failures - 1]);
            await service.Until(async () => await service.Metric("webapi_model_reload_failures_total", "Cars") == failures, $"bad file {failures} is counted");
            var (status, readiness) = await service.Readiness();
            Assert.AreEqual(200, status);
            Assert.AreEqual("Degraded", (string?)readiness["checks"]!["Cars"]!["status"]);
            Assert.Contains($"Still serving version {version}", (string)readiness["checks"]!["Cars"]!["description"]!);
            Assert.AreEqual("Healthy", (string?)readiness["checks"]!["Tumors"]!["status"]);
            var (_, answer) = await service.Post("/cars/predict", Car);
            Assert.AreEqual(version, (string?)answer["model"]);
            Assert.AreEqual(price, (float)answer["price"]!);
        }

        Assert.HasCount(bad.Length, service.Log.Split("cannot be served; still serving").Skip(1).ToArray());
        File.Delete(folder.Cars);
        await service.Until(async () => await service.Metric("webapi_model_reload_failures_total", "Cars") == bad.Length + 1, "the missing file is counted");
        Assert.AreEqual(version, (string?)(await service.Post("/cars/predict", Car)).Body["model"]);

        File.WriteAllBytes(folder.Cars, good);
        await service.Until(async () => (string?)(await service.Readiness()).Body["status"] == "Healthy", "the good file is accepted");
        Assert.AreEqual(1, await service.Metric("webapi_model_reloads_total", "Cars"));
    }

    [TestMethod]
    public async Task Without_a_model_the_service_lives_but_is_not_ready_until_one_comes()
    {
        using var folder = new ModelFolder();
        File.Delete(folder.Tumors);
        using var service = await folder.Serve("--Models:Tumors:PollInterval=00:00:00.02");
        Assert.AreEqual("Healthy", await service.Client.GetStringAsync("/healthz"));
        Assert.AreEqual(503, (await service.Readiness()).Status);
        string tumor = TumorData.ToJson(TumorData.Rows[0]);
        var (status, body) = await service.Post("/tumors/predict", tumor);
        Assert.AreEqual(503, status);
        Assert.Contains("'Tumors' is not loaded", (string)body["detail"]!);
        Assert.AreEqual(200, (await service.Post("/cars/predict", Car)).Status);

        // As a slow copy does: the first half, a pause, the rest.
        byte[] content = File.ReadAllBytes(ModelFolder.BuiltTumors);
        using (var file = File.Create(folder.Tumors))
        {
            file.Write(content.AsSpan(0, content.Length / 2));
            file.Flush();
            await Task.Delay(100);
            file.Write(content.AsSpan(content.Length / 2));
        }

        await service.Until(async () => (await service.Readiness()).Status == 200, "the model is loaded");
        Assert.AreEqual(200, (await service.Post("/tumors/predict", tumor)).Status);
    }

    [TestMethod]
    public async Task A_file_that_takes_too_long_to_load_is_given_up()
    {
        using var service = await WebService.Start("--Models:Cars:LoadTimeout=00:00:00.0000001");
        var (status, readiness) = await service.Readiness();
        Assert.AreEqual(503, status);
        Assert.Contains("Loading it took longer", (string)readiness["checks"]!["Cars"]!["description"]!);
        Assert.AreEqual(503, (await service.Post("/cars/predict", Car)).Status);
    }

    [TestMethod]
    public async Task A_change_that_the_system_does_not_report_is_seen_by_polling()
    {
        using var folder = new ModelFolder();
        string other = Directory.CreateDirectory(folder.Cars + ".folders").FullName;
        foreach (string name in (string[])["1", "2"])
            Directory.CreateDirectory(Path.Combine(other, name));
        File.Copy(ModelFolder.BuiltCars, Path.Combine(other, "1", "cars.zip"));
        File.WriteAllText(Path.Combine(other, "2", "cars.zip"), "bad");

        // Orchestrators mount a file through a link to a folder, and swap the link: no event names the file.
        string link = Path.Combine(other, "current");
        Directory.CreateSymbolicLink(link, Path.Combine(other, "1"));
        using var service = await folder.Serve($"--Models:Cars:Path={Path.Combine(link, "cars.zip")}", "--Models:Cars:PollInterval=00:00:00.05");
        Assert.AreEqual(200, (await service.Readiness()).Status);
        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, Path.Combine(other, "2"));
        await service.Until(async () => await service.Metric("webapi_model_reload_failures_total", "Cars") >= 1, "the other file is seen");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task On_SIGTERM_the_service_stops_being_ready_then_listening_and_finishes_its_requests()
    {
        using var service = await WebService.Start("--Shutdown:DrainTime=00:00:02");
        var address = service.Client.BaseAddress!;
        Assert.AreEqual(200, (await service.Readiness()).Status);
        Assert.AreEqual(200, (await service.Post("/cars/predict", Car)).Status);
        byte[] body = Encoding.UTF8.GetBytes(Car);
        using var slow = await Connect(address);
        await slow.SendAsync(Encoding.ASCII.GetBytes($"POST /cars/predict HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"));
        await slow.SendAsync(body[..10]);

        service.Terminate();
        await service.Until(async () => (await service.Readiness()).Status == 503, "the service is not ready");
        using var content = new StringContent(Car, Encoding.UTF8, "application/json");
        using var late = await service.Client.PostAsync("/cars/predict", content);
        Assert.AreEqual(HttpStatusCode.OK, late.StatusCode);
        Assert.IsTrue(late.Headers.ConnectionClose);

        await service.Until(async () => !await Accepts(address), "the port is closed");
        await slow.SendAsync(body.AsMemory(10));
        string answer = await ReadToEnd(slow);
        Assert.StartsWith("HTTP/1.1 200 OK", answer, service.Log);
        Assert.Contains("\"price\":", answer);
        Assert.AreEqual(0, await service.WaitForExit());
    }

    private static async Task<Socket> Connect(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        return socket;
    }

    private static async Task<bool> Accepts(Uri address)
    {
        try
        {
            using var socket = await Connect(address);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string> ReadToEnd(Socket socket)
    {
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }
}
