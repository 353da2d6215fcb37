using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>A headless Chromium, spoken to by its DevTools protocol.</summary>
internal sealed class ChromiumBrowser : IAsyncDisposable
{
    private static readonly string[] Names = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

    private readonly Process _process;
    private readonly TestFolder _profile;
    private readonly ClientWebSocket _socket = new();
    private int _lastId;

    private ChromiumBrowser(Process process, TestFolder profile) => (_process, _profile) = (process, profile);

    /// <summary>The browser's path; null where there is none, and tests that need one have nothing to do.</summary>
    public static string? Path { get; } = Names.FirstOrDefault(File.Exists);

    /// <summary>Events since the last time they were taken.</summary>
    public List<JsonNode> Events { get; } = [];

    public static async Task<ChromiumBrowser> StartAsync(string path)
    {
        var profile = new TestFolder();
        string[] arguments =
        [
            "--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile.Root}",
            .. Environment.UserName == "root" ? ["--no-sandbox"] : Array.Empty<string>(),
            "about:blank",
        ];
        var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var browser = new ChromiumBrowser(process, profile);
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        string port = await browser.WaitForPortAsync();
        using var client = new HttpClient();
        var pages = JsonNode.Parse(await client.GetStringAsync($"http://127.0.0.1:{port}/json"))!.AsArray();
        await browser._socket.ConnectAsync(new Uri((string)pages.First(page => (string?)page!["type"] == "page")!["webSocketDebuggerUrl"]!), CancellationToken.None);
        return browser;
    }

    /// <summary>Calls a method of the protocol; events that come meanwhile are kept.</summary>
    public async Task<JsonNode> CallAsync(string method, object? parameters = null)
    {
        int id = ++_lastId;
        byte[] request = JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters ?? new { } });
        await _socket.SendAsync(request, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        while (true)
        {
            var message = await ReceiveAsync();
            if (message["id"] is not { } answered)
                Events.Add(message);
            else if ((int)answered == id)
                return message["result"] ?? throw new InvalidOperationException(message.ToJsonString());
        }
    }

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var result = await CallAsync("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true });
        Assert.IsNull(result["exceptionDetails"], result.ToJsonString());
        return result["result"]!["value"];
    }

    public async Task ResizeAsync(int width, int height) =>
        await CallAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = width < 600 });

    public async Task SaveScreenshotAsync(string path)
    {
        var image = await CallAsync("Page.captureScreenshot", new { format = "png", captureBeyondViewport = true });
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, Convert.FromBase64String((string)image["data"]!));
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _profile.Dispose();
    }

    private async Task<JsonNode> ReceiveAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var message = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, timeout.Token);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(Encoding.UTF8.GetString(message.ToArray()))!;
    }

    private async Task<string> WaitForPortAsync()
    {
        string file = _profile.File("DevToolsActivePort");
        for (int i = 0; i < 300; i++)
        {
            if (File.Exists(file) && (await File.ReadAllLinesAsync(file)) is [var port, ..])
                return port;
            Assert.IsFalse(_process.HasExited, "Chromium ended before it was ready.");
            await Task.Delay(100);
        }

        throw new TimeoutException("Chromium did not become ready.");
    }
}
