using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Samples.Tests.WebApi;

/// <summary>The web service answers over HTTP: what its models predict, and what it refuses.</summary>
[TestClass]
public sealed partial class WebApiTests
{
    private const int MaximumRows = 250;

    private static WebService _service = null!;

    private static string Car => CarTruth.Cars[0];

    [ClassInitialize]
    public static async Task Start(TestContext _) => _service = await WebService.Start($"--Batch:MaximumRows={MaximumRows}");

    [ClassCleanup]
    public static void Stop() => _service.Dispose();

    [TestMethod]
    public async Task WebApi_answers_what_its_README_shows_without_torch()
    {
        Assert.IsEmpty(Directory.GetFiles(WebService.Sample.OutputFolder, "*torch*", SearchOption.AllDirectories));
        string readme = File.ReadAllText(Path.Combine(WebService.Sample.SourceFolder, "README.md"));
        var examples = ReadmeExample().Matches(readme);
        Assert.HasCount(4, examples);
        foreach (Match example in examples)
        {
            var (status, body) = await _service.Post(example.Groups["path"].Value, example.Groups["request"].Value);
            var shown = JsonNode.Parse(example.Groups["answer"].Value)!.AsObject();
            Assert.AreEqual(shown.ContainsKey("errors") ? 400 : 200, status);
            body.AsObject().Remove("traceId");
            AssertShown(shown, body, example.Groups["answer"].Value);
        }
    }

    [TestMethod]
    public async Task Cars_cost_what_Transform_says()
    {
        var truth = new CarTruth(ModelFolder.BuiltCars);
        var (_, batch) = await _service.Post("/cars/batch", Batch(CarTruth.Cars));
        Assert.AreEqual(truth.Version, (string?)batch["model"]);
        CollectionAssert.AreEqual(truth.Prices, batch["prices"].Deserialize<float[]>());

        for (int car = 0; car < truth.Prices.Length; car += 10)
        {
            var (_, single) = await _service.Post("/cars/predict", CarTruth.Cars[car]);
            Assert.AreEqual(truth.Version, (string?)single["model"]);
            Assert.AreEqual(truth.Prices[car], (float)single["price"]!);
        }
    }

    [TestMethod]
    public async Task Tumors_are_diagnosed_as_Transform_says()
    {
        float[][] tumors = TumorData.Rows[..200];
        var mlContext = new MLContext();
        var rows = mlContext.Data.LoadFromEnumerable(tumors.Select(tumor => new TumorRow { Features = tumor }));
        var scored = mlContext.Model.Load(ModelFolder.BuiltTumors, out _).Transform(rows);
        float[] probabilities = [.. scored.GetColumn<float>("Probability")];
        bool[] labels = [.. scored.GetColumn<bool>("PredictedLabel")];
        CollectionAssert.Contains(labels, true);
        CollectionAssert.Contains(labels, false);

        string[] requests = [.. tumors.Select(TumorData.ToJson)];
        var (_, batch) = await _service.Post("/tumors/batch", Batch(requests));
        CollectionAssert.AreEqual(probabilities, batch["diagnoses"]!.AsArray().Select(diagnosis => (float)diagnosis!["probability"]!).ToArray());
        CollectionAssert.AreEqual(labels, batch["diagnoses"]!.AsArray().Select(diagnosis => (bool)diagnosis!["malignant"]!).ToArray());
        for (int tumor = 0; tumor < tumors.Length; tumor += 10)
        {
            var (_, single) = await _service.Post("/tumors/predict", requests[tumor]);
            Assert.AreEqual(probabilities[tumor], (float)single["probability"]!);
            Assert.AreEqual(labels[tumor], (bool)single["malignant"]!);
        }
    }

    [TestMethod]
    public async Task A_category_that_the_model_does_not_know_has_a_price()
    {
        var (status, known) = await _service.Post("/cars/predict", Car);
        Assert.AreEqual(200, status);
        var (statusOfUnknown, unknown) = await _service.Post("/cars/predict", Car.Replace("volvo", "tesla"));
        Assert.AreEqual(200, statusOfUnknown);
        Assert.AreNotEqual((float)known["price"]!, (float)unknown["price"]!);
    }

    public static IEnumerable<object[]> BadInput =>
    [
        ["/cars/predict", "{}", "cityMpg", "required"],
        ["/cars/predict", "", "body", "a JSON object is required"],
        ["/cars/predict", "null", "body", "a JSON object is required"],
        ["/cars/predict", "[]", "body", "must be an object"],
        ["/cars/predict", "7", "body", "must be an object"],
        ["/cars/predict", "{\"make", "body", "not valid JSON: line 1, byte 7"],
        ["/cars/predict", Car + "}", "body", "not valid JSON"],
        ["/cars/predict", new string('[', 100), "body", "must be an object"],
        ["/cars/predict", Car.Replace("\"volvo\"", new string('[', 100)), "make", "must be text"],
        ["/cars/predict", Car.Replace("\"volvo\"", "null"), "make", "required"],
        ["/cars/predict", Car.Replace("\"volvo\"", "\" \""), "make", "required"],
        ["/cars/predict", Car.Replace("\"volvo\"", "3"), "make", "must be text"],
        ["/cars/predict", Car.Replace("volvo", @"\ud800"), "make", "must be text"],
        ["/cars/predict", Car.Replace("volvo", new string('x', 101)), "make", "maximum length of 100"],
        ["/cars/predict", With("horsepower", "null"), "horsepower", "required"],
        ["/cars/predict", With("horsepower", "\"114\""), "horsepower", "must be a number"],
        ["/cars/predict", With("horsepower", "\"NaN\""), "horsepower", "must be a number"],
        ["/cars/predict", With("horsepower", "true"), "horsepower", "must be a number"],
        ["/cars/predict", With("horsepower", "[1]"), "horsepower", "must be a number"],
        ["/cars/predict", With("horsepower", "NaN"), "body", "not valid JSON"],
        ["/cars/predict", With("horsepower", "Infinity"), "body", "not valid JSON"],
        ["/cars/predict", With("horsepower", "1e39"), "horsepower", "between 1 and 5000"],
        ["/cars/predict", With("horsepower", "-1e999"), "horsepower", "between 1 and 5000"],
        ["/cars/predict", With("horsepower", "-5"), "horsepower", "between 1 and 5000"],
        ["/cars/predict", Car.Replace("horsepower", "horsePwr"), "horsePwr", "no such field; the fields are make"],
        ["/cars/batch", "{}", "rows", "At least one row"],
        ["/cars/batch", """{"rows":null}""", "rows", "At least one row"],
        ["/cars/batch", """{"rows":[]}""", "rows", "At least one row"],
        ["/cars/batch", """{"rows":5}""", "rows", "must be an array"],
        ["/cars/batch", """{"rows":[5]}""", "rows[0]", "must be an object"],
        ["/cars/batch", Batch(Car, "null"), "rows[1]", "is null"],
        ["/cars/batch", Batch(Car, Car, With("horsepower", "1e39")), "rows[2].horsepower", "between 1 and 5000"],
        ["/cars/batch", Batch(Car, With("horsepower", "\"x\"")), "rows[1].horsepower", "must be a number"],
        ["/cars/batch", Batch([.. Enumerable.Repeat("{}", MaximumRows)]), "rows[1].make", "required"],
        ["/cars/batch", Batch([.. Enumerable.Repeat(Car, MaximumRows + 1)]), "rows", "There are 251 rows; at most 250 are allowed"],
        ["/tumors/predict", "{}", "features", "required"],
        ["/tumors/predict", """{"features":[1,2]}""", "features", "Exactly 30 numbers"],
        ["/tumors/predict", Tumor("null"), "features[29]", "must be a number"],
        ["/tumors/predict", Tumor("\"1\""), "features[29]", "must be a number"],
        ["/tumors/predict", Tumor("1e39"), "features", "must be finite"],
        ["/tumors/batch", Batch(Tumor("1"), Tumor("-1e39")), "rows[1].features", "must be finite"],
        ["/tumors/batch", Batch(Tumor("1"), Tumor("{}")), "rows[1].features[29]", "must be a number"],
    ];

    [TestMethod]
    [DynamicData(nameof(BadInput))]
    public async Task Bad_input_gets_problem_details_that_name_the_field(string path, string json, string field, string message)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await _service.Client.PostAsync(path, content);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode, body);
        Assert.AreEqual("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var errors = JsonNode.Parse(body)!["errors"]!.AsObject();
        Assert.IsTrue(errors.ContainsKey(field), body);
        Assert.Contains(message, (string)errors[field]![0]!);
        Assert.IsLessThanOrEqualTo(20, errors.Count);
    }

    [TestMethod]
    [DataRow("text/plain", 415)]
    [DataRow("application/json; charset=utf-16", 415)]
    [DataRow("application/json; charset=klingon", 415)]
    [DataRow("application/json; charset=UTF-8", 200)]
    [DataRow("application/json", 200)]
    public async Task Only_JSON_in_UTF8_is_read(string type, int status)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Car));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await _service.Client.PostAsync("/cars/predict", content);
        Assert.AreEqual(status, (int)answer.StatusCode);
        Assert.AreEqual(status == 200 ? "application/json" : "application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [TestMethod]
    public async Task A_body_above_the_limit_is_refused()
    {
        // The client waits for leave to send the body, or the connection might be closed while it sends.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cars/predict") { Content = new ByteArrayContent(new byte[2_000_000]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.ExpectContinue = true;
        using var answer = await _service.Client.SendAsync(request);
        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.AreEqual("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [TestMethod]
    [DataRow("/nowhere", 404)]
    [DataRow("/cars/predict", 405)]
    public async Task Other_addresses_and_methods_get_problem_details(string path, int status)
    {
        using var answer = await _service.Client.GetAsync(path);
        Assert.AreEqual(status, (int)answer.StatusCode);
        Assert.AreEqual("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [TestMethod]
    public async Task Metrics_count_requests_and_rows()
    {
        (string Name, double Added)[] expected =
        [
            ("webapi_predictions_total", 1 + 1 + 5),
            ("webapi_prediction_duration_seconds_count", 3),
            ("webapi_request_rows_count", 3),
            ("webapi_request_rows_sum", 7),
            ("webapi_model_reloads_total", 0),
            ("webapi_model_reload_failures_total", 0),
        ];
        double[] before = await Task.WhenAll(expected.Select(metric => _service.Metric(metric.Name, "Cars")));
        await _service.Post("/cars/predict", Car);
        await _service.Post("/cars/predict", Car);
        await _service.Post("/cars/predict", "{}");
        await _service.Post("/cars/batch", Batch(Car, Car, Car, Car, Car));

        foreach (var ((name, added), start) in expected.Zip(before))
            await _service.Until(async () => await _service.Metric(name, "Cars") == start + added, $"{name} grows from {start} by {added}");
        Assert.AreEqual(1, await _service.Metric("webapi_model_versions", "Cars"));
        Assert.Contains($"version=\"{new CarTruth(ModelFolder.BuiltCars).Version}\"", await _service.Client.GetStringAsync("/metrics"));
    }

    [TestMethod]
    public async Task The_service_is_alive_and_ready()
    {
        Assert.AreEqual("Healthy", await _service.Client.GetStringAsync("/healthz"));
        var (status, body) = await _service.Readiness();
        Assert.AreEqual(200, status);
        Assert.AreEqual("Healthy", (string?)body["status"]);
        Assert.Contains("Serving version", (string)body["checks"]!["Tumors"]!["description"]!);
    }

    [TestMethod]
    public async Task The_API_is_described_and_can_be_tried_without_network()
    {
        var description = JsonNode.Parse(await _service.Client.GetStringAsync("/openapi/v1.json"))!;
        CollectionAssert.AreEquivalent(
            new[] { "/cars/predict", "/cars/batch", "/tumors/predict", "/tumors/batch" }, description["paths"]!.AsObject().Select(path => path.Key).ToArray());
        var horsepower = description["components"]!["schemas"]!["CarRequest"]!["properties"]!["horsepower"]!;
        Assert.AreEqual("number", (string?)horsepower["type"]);
        Assert.AreEqual(5000, (int)horsepower["maximum"]!);

        string page = await _service.Client.GetStringAsync("/");
        string[] parts = [.. LinkedPart().Matches(page).Select(part => part.Groups["address"].Value)];
        Assert.IsNotEmpty(parts);
        foreach (string part in parts)
        {
            Assert.IsFalse(part.Contains("//"), part);
            using var answer = await _service.Client.GetAsync(new Uri(new Uri(_service.Client.BaseAddress!, "/swagger/"), part));
            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, part);
        }
    }

    [TestMethod]
    [DataRow("Batch:MaximumRows=0", "Batch:MaximumRows must be from 1 to 100,000")]
    [DataRow("Shutdown:FinishTime=0:0:0", "FinishTime above 0")]
    [DataRow("Models:Tumors:Path=/no/such/folder/tumors.zip", "in a folder that does not exist")]
    [DataRow("Models:Tumors:Pfad=x", "Pfad")]
    public async Task Settings_that_make_no_sense_are_refused_at_the_start(string setting, string message)
    {
        var (exitCode, error) = await WebService.RunRefused($"--{setting}");
        Assert.AreEqual(1, exitCode);
        Assert.Contains(message, error);
        Assert.DoesNotContain("   at ", error);
    }

    private static string Batch(params string[] rows) => $$"""{"rows":[{{string.Join(',', rows)}}]}""";

    private static string With(string field, string value) => Regex.Replace(Car, $"\"{field}\":[^,}}]*", $"\"{field}\":{value}");

    private static string Tumor(string last) => $$"""{"features":[{{string.Concat(Enumerable.Repeat("1,", 29))}}{{last}}]}""";

    /// <summary>Numbers may differ in their last digits on another processor.</summary>
    private static void AssertShown(JsonNode? shown, JsonNode? answered, string context)
    {
        if (shown is JsonObject fields)
        {
            CollectionAssert.AreEqual(fields.Select(field => field.Key).ToArray(), answered!.AsObject().Select(field => field.Key).ToArray(), context);
            foreach (var (name, value) in fields)
                AssertShown(value, answered[name], context);
        }
        else if (shown is JsonArray elements)
        {
            Assert.HasCount(elements.Count, answered!.AsArray());
            for (int index = 0; index < elements.Count; index++)
                AssertShown(elements[index], answered[index], context);
        }
        else if (shown?.GetValueKind() == JsonValueKind.Number)
            Assert.AreEqual((double)shown, (double)answered!, 1e-4 * Math.Abs((double)shown), context);
        else
            Assert.AreEqual(shown?.ToJsonString(), answered?.ToJsonString(), context);
    }

    [GeneratedRegex(@"curl http://127\.0\.0\.1:5000(?<path>\S+) .*? -d '(?<request>.*?)'\s+```json\n(?<answer>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex ReadmeExample();

    [GeneratedRegex("(src|href)=\"(?<address>[^\"]+)\"")]
    private static partial Regex LinkedPart();

    private sealed class TumorRow
    {
        [VectorType(30)]
        public float[] Features { get; set; } = [];
    }
}
