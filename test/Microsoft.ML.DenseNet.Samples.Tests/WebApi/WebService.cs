using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Samples.Tests.WebApi;

/// <summary>The web service as a process that listens on the loopback address, with a client for it.</summary>
internal sealed partial class WebService : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _process;

    private WebService(Process process) => _process = process;

    /// <summary>Sends to the service.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Everything that the service has written to its log so far.</summary>
    public string Log => string.Join('\n', _log);

    public static Sample Sample { get; } = new("WebApi");

    /// <summary>Starts the service from a folder that is not its own and waits until it listens.</summary>
    /// <param name="settings">Settings as on the command line, such as <c>--Batch:MaximumRows=3</c>.</param>
    public static async Task<WebService> Start(params string[] settings)
    {
        // Port 0: the system chooses one that is free, and the service says which.
        var service = new WebService(StartProcess(["--urls", "http://127.0.0.1:0", .. settings]));
        var listening = new TaskCompletionSource<string>();
        service._process.OutputDataReceived += (_, line) =>
        {
            service._log.Enqueue(line.Data ?? "");
            if (ListeningOn().Match(line.Data ?? "") is { Success: true } match)
                listening.TrySetResult(match.Groups["address"].Value);
        };
        service._process.BeginOutputReadLine();
        try
        {
            string address = await listening.Task.WaitAsync(Patience);
            service.Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri(address) };
            return service;
        }
        catch (TimeoutException)
        {
            service.Dispose();
            throw new AssertFailedException($"The service does not listen. {service.Log}");
        }
    }

    /// <summary>Runs the service with settings that it must refuse. Returns its exit code and what it wrote to standard error.</summary>
    public static async Task<(int ExitCode, string Error)> RunRefused(params string[] settings)
    {
        using var process = StartProcess(["--urls", "http://127.0.0.1:0", .. settings]);
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>Sends JSON and returns the answer's status and body.</summary>
    public async Task<(int Status, JsonNode Body)> Post(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await Client.PostAsync(path, content);
        return ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>())!);
    }

    /// <summary>The answer of <c>/readyz</c>.</summary>
    public async Task<(int Status, JsonNode Body)> Readiness()
    {
        using var answer = await Client.GetAsync("/readyz");
        return ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>())!);
    }

    /// <summary>The value of a metric of a model, as Prometheus reads it; 0 if there is none yet.</summary>
    public async Task<double> Metric(string name, string model)
    {
        string metrics = await Client.GetStringAsync("/metrics");
        var line = Regex.Match(metrics, $$"""^{{name}}\{[^}]*model="{{model}}"[^}]*\} (?<value>\S+)""", RegexOptions.Multiline);
        return line.Success ? double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Tells the service to stop, as an orchestrator does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the service's end and returns its exit code.</summary>
    public async Task<int> WaitForExit()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>Waits until something holds.</summary>
    /// <exception cref="AssertFailedException">It does not hold in time.</exception>
    public async Task Until(Func<Task<bool>> holds, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                Assert.Fail($"It does not come true: {what}. {Log}");
            await Task.Delay(5);
        }
    }

    public void Dispose()
    {
        Client?.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process StartProcess(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Sample.Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };

        // Small generations, so that the garbage collector soon takes models that are not used any more.
        start.Environment["DOTNET_GCgen0size"] = "400000";
        start.Environment["DOTNET_gcServer"] = "0";
        return Process.Start(start)!;
    }

    [GeneratedRegex(@"listening on: (?<address>http://127\.0\.0\.1:\d+)")]
    private static partial Regex ListeningOn();
}
