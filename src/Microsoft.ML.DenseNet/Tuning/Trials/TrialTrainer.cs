namespace Microsoft.ML.DenseNet;

/// <summary>Trains the trials of one task, and makes ML.NET's transformers of their networks.</summary>
/// <typeparam name="TOptions">The trainer's options.</typeparam>
/// <typeparam name="TTransformer">The fitted transformer.</typeparam>
/// <typeparam name="TModel">The model it holds.</typeparam>
/// <param name="data">The training data.</param>
/// <param name="preprocess">Makes the steps before the trainer; null for none.</param>
/// <param name="create">Creates the trainer.</param>
internal sealed class TrialTrainer<TOptions, TTransformer, TModel>(IDataView data, Func<TuningValues, IEstimator<ITransformer>>? preprocess, Func<TOptions, DenseNetTrainerBase<TTransformer, TModel>> create) : ITrialTrainer
    where TOptions : DenseNetOptions
    where TTransformer : class, ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private TuningRows? _rows;

    public TuningRows Inspect(TuningValues values, DenseNetOptions options, CancellationToken cancellation)
    {
        var rows = _rows ?? Read(Steps(values)?.Transform(data) ?? data, options, cancellation);
        if (preprocess is null)
            _rows = rows;
        return rows;
    }

    public (IDataView Data, string Rows) Prepare(TuningValues values, DenseNetOptions options, CancellationToken cancellation)
    {
        if (preprocess is null)
            return (data, Inspect(values, options, cancellation).Fingerprint);
        var prepared = Steps(values)!.Transform(data);
        return (prepared, Read(prepared, options, cancellation).Fingerprint);
    }

    public void Fit(DenseNetOptions options, IDataView prepared) => create((TOptions)options).Fit(prepared);

    public ITransformer ToModel(TuningValues values, DenseNetOptions options, TrainedNetwork network)
    {
        var steps = Steps(values);
        var schema = steps is null ? data.Schema : steps.GetOutputSchema(data.Schema);
        var transformer = create((TOptions)options).Wrap(network, schema);
        return steps is null ? transformer : steps.Append(transformer);
    }

    private TuningRows Read(IDataView prepared, DenseNetOptions options, CancellationToken cancellation)
    {
        create((TOptions)options).GetOutputSchema(SchemaShape.Create(prepared.Schema)); // says clearly which column is wrong
        return TuningRows.Of(prepared, options, cancellation);
    }

    private ITransformer? Steps(TuningValues values)
    {
        if (preprocess is null)
            return null;
        var steps = UserCode.Call(() => preprocess(values), () => (nameof(DenseNetTuningOptions.Preprocess), $"with {values}"));
        return (steps ?? throw new InvalidOperationException($"{nameof(DenseNetTuningOptions.Preprocess)} returned null with {values}: return the steps before the trainer.")).Fit(data);
    }
}
