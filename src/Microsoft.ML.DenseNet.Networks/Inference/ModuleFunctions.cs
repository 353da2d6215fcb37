namespace Microsoft.ML.DenseNet;

/// <summary>Where prediction gets the functions of torch modules; the Microsoft.ML.DenseNet assembly provides them.</summary>
internal static class ModuleFunctions
{
    private static Func<ModuleLayer, int, float[][], IRowFunction>? _provider;

    /// <summary>Sets the factory that makes a module's function from the layer, its number of inputs and the values of its tensors.</summary>
    public static void Provide(Func<ModuleLayer, int, float[][], IRowFunction> provider) => Volatile.Write(ref _provider, provider);

    /// <summary>Returns a function that requests the module when it is first needed, so that a model containing one loads anywhere.</summary>
    public static IRowFunction Of(ModuleLayer layer, int inputs, float[][] values) => new Deferred(layer, inputs, values);

    private sealed class Deferred(ModuleLayer layer, int inputs, float[][] values) : IRowFunction
    {
        private readonly Lock _gate = new();
        private IRowFunction? _function;

        public void Prepare() => Function().Prepare();

        public void Run(ReadOnlySpan<float> inputs, int rows, Span<float> outputs) => Function().Run(inputs, rows, outputs);

        private IRowFunction Function()
        {
            lock (_gate)
            {
                return _function ??= Volatile.Read(ref _provider)?.Invoke(layer, inputs, values)
                    ?? throw new InvalidOperationException($"The model holds the torch module '{layer.Name}', which this application has not registered. Reference the package Microsoft.ML.DenseNet and call DenseNetModules.Register(\"{layer.Name}\", inputs => new ...) before predicting with the model.");
            }
        }
    }
}
