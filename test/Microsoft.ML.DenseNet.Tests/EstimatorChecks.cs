using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// The checks that ML.NET's own tests run on every estimator: what it promises, it delivers; what it fits can be saved, loaded and
/// applied to other data; what does not fit together is refused with an exception of the expected kind.
/// </summary>
internal static class EstimatorChecks
{
    /// <param name="estimator">The estimator.</param>
    /// <param name="fitData">Data that it can be fitted to and that the result can transform.</param>
    /// <param name="transformData">Data good for transforming only, usually without label and weight.</param>
    /// <param name="invalidData">Data good for neither.</param>
    /// <param name="fitOnlyData">Data good for fitting, whose schema the transformer fitted to <paramref name="fitData"/> refuses.</param>
    /// <param name="dispose">Whether to dispose the transformer at the end.</param>
    public static void Run(
        IEstimator<ITransformer> estimator,
        IDataView fitData,
        IDataView? transformData = null,
        IDataView? invalidData = null,
        IDataView? fitOnlyData = null,
        bool dispose = false)
    {
        // 1 and 2: the estimator's own view of schemas.
        var promised = estimator.GetOutputSchema(SchemaShape.Create(fitData.Schema));
        foreach (var unfit in new[] { transformData, invalidData }.OfType<IDataView>())
        {
            MustFail(() => estimator.GetOutputSchema(SchemaShape.Create(unfit.Schema)));
            MustFail(() => estimator.Fit(unfit));
        }

        if (fitOnlyData is not null)
        {
            estimator.GetOutputSchema(SchemaShape.Create(fitOnlyData.Schema));
            estimator.Fit(fitOnlyData);
        }

        // 3: it saves and loads.
        var transformer = estimator.Fit(fitData);
        var loaded = SaveAndLoad(transformer, fitData.Schema, out var loadedInputSchema);
        DataViewAssert.SameSchema(fitData.Schema, loadedInputSchema, "saved input schema");

        CheckOnData(transformer, loaded, fitData);
        if (transformData is not null)
            CheckOnData(transformer, loaded, transformData);

        // 8: wrong input is refused, by the loaded one as well.
        foreach (var wrong in new[] { invalidData, fitOnlyData }.OfType<IDataView>())
        {
            foreach (var either in new[] { transformer, loaded })
            {
                MustFail(() => either.GetOutputSchema(wrong.Schema));
                MustFail(() => either.Transform(wrong));
            }
        }

        // 9: promised and delivered.
        CheckShape(promised, SchemaShape.Create(transformer.GetOutputSchema(fitData.Schema)));

        // 10
        (loaded as IDisposable)?.Dispose();
        if (dispose)
            (transformer as IDisposable)?.Dispose();
    }

    /// <summary>Saves and loads a model in memory, the second in an environment that knows nothing of the first.</summary>
    public static ITransformer SaveAndLoad(ITransformer transformer, DataViewSchema inputSchema, out DataViewSchema loadedInputSchema)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(transformer, inputSchema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out loadedInputSchema);
    }

    private static void CheckOnData(ITransformer transformer, ITransformer loaded, IDataView data)
    {
        // 4
        var schema = transformer.GetOutputSchema(data.Schema);
        if (transformer.IsRowToRowMapper)
        {
            var mapper = transformer.GetRowToRowMapper(data.Schema);
            Assert.AreSame(data.Schema, mapper.InputSchema, "the mapper's input schema");
            DataViewAssert.SameSchema(schema, mapper.OutputSchema, "the mapper's output schema");
        }
        else
        {
            MustFail(() => transformer.GetRowToRowMapper(data.Schema));
        }

        // 5
        DataViewAssert.SameSchema(schema, loaded.GetOutputSchema(data.Schema), "the loaded transformer's output schema");

        // 6
        var scored = transformer.Transform(data);
        var scoredByLoaded = loaded.Transform(data);
        DataViewAssert.SameSchema(schema, scored.Schema, "the transformed data's schema");
        DataViewAssert.SameSchema(schema, scoredByLoaded.Schema, "the schema of data transformed by the loaded transformer");

        // 7
        DataViewAssert.SameValues(scored, scoredByLoaded, "values by the loaded transformer");
    }

    private static void CheckShape(SchemaShape promised, SchemaShape delivered)
    {
        Assert.AreEqual(
            string.Join(", ", promised.Select(column => column.Name).Order(StringComparer.Ordinal)),
            string.Join(", ", delivered.Select(column => column.Name).Order(StringComparer.Ordinal)),
            "promised and delivered columns");

        var columns = promised.OrderBy(column => column.Name, StringComparer.Ordinal)
            .Zip(delivered.OrderBy(column => column.Name, StringComparer.Ordinal));
        foreach (var (promise, delivery) in columns)
        {
            Assert.IsTrue(delivery.IsCompatibleWith(promise), $"column '{promise.Name}': another type than promised, or an annotation that was not promised: {Describe(promise)} and {Describe(delivery)}");
            Assert.IsTrue(promise.IsCompatibleWith(delivery), $"column '{promise.Name}': something was promised and not delivered: {Describe(promise)} and {Describe(delivery)}");
        }
    }

    private static string Describe(SchemaShape.Column column) =>
        $"{column.GetTypeString()} [{string.Join(", ", column.Annotations.Select(Describe).Order(StringComparer.Ordinal))}]";

    private static void MustFail(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
        {
            return;
        }
        catch (TargetInvocationException e)
        {
            var inner = e.GetBaseException();
            Assert.IsTrue(inner is ArgumentOutOfRangeException or InvalidOperationException, inner.ToString());
            Assert.IsTrue(inner.IsMarked(), $"not raised by ML.NET's checks: {inner}");
            return;
        }

        Assert.Fail("It should have failed.");
    }
}
