namespace Microsoft.ML.DenseNet;

/// <summary>The headers under which ML.NET saves and finds our models and transformers.</summary>
internal static class LoaderVersion
{
    /// <summary>The header of the first and so far only version of a component.</summary>
    /// <param name="modelSignature">Exactly 8 characters.</param>
    /// <param name="loaderSignature">At most 24 characters, as in the component's LoadableClass attribute.</param>
    public static VersionInfo First(string modelSignature, string loaderSignature) => new(
        modelSignature: modelSignature,
        verWrittenCur: ModelSignatures.Version, // Initial
        verReadableCur: ModelSignatures.Version,
        verWeCanReadBack: ModelSignatures.Version,
        loaderSignature: loaderSignature,
        // The simple name, without a version. ML.NET loads the assembly by it: with a version, a model from a newer package would
        // fail with "could not load file or assembly" before we could say that the package must be updated.
        loaderAssemblyName: typeof(LoaderVersion).Assembly.GetName().Name);

    /// <summary>Checks the header before a base class's constructor continues reading.</summary>
    public static ModelLoadContext Check(ModelLoadContext ctx, VersionInfo version)
    {
        ctx.CheckAtModel(version);
        return ctx;
    }
}
