using System.Reflection;
using Microsoft.ML.DenseNet.Benchmarks;
using Microsoft.ML.DenseNet.Benchmarks.Gpu;
using Microsoft.Testing.Platform.Builder;

// The benchmark: bench [options of the verb gpu]. Anything else are options of the test runner; none runs all tests.
if (args is ["bench", .. var options])
{
    var verb = new GpuVerb();
    try
    {
        return verb.Run(options);
    }
    catch (UsageException exception)
    {
        Console.Error.WriteLine(exception.Message);
        Console.Error.WriteLine(verb.Usage);
        return 2;
    }
}

var builder = await TestApplication.CreateBuilderAsync(args);
builder.AddMSTest(() => [Assembly.GetExecutingAssembly()]);
using var application = await builder.BuildAsync();
return await application.RunAsync();
