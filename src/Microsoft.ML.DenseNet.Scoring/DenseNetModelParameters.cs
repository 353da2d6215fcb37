using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.DenseNet;

/// <summary>The model of all DenseNet trainers: a <see cref="TrainedNetwork"/>, and how its outputs become a score.</summary>
/// <typeparam name="TOutput">The type of the score.</typeparam>
public abstract class DenseNetModelParameters<TOutput> : ModelParametersBase<TOutput>, IOnnxNetworkModel, IValueMapper, ISchemaBindableMapper
{
    private readonly VersionInfo _version;

    private protected DenseNetModelParameters(IHostEnvironment env, VersionInfo version, TrainedNetwork network)
        : base(env, version.LoaderSignature)
    {
        _version = version;
        Host.CheckValue(network, nameof(network));
        Network = network;
        Host.CheckParam(Misfit is null, nameof(network), Misfit);
    }

    private protected DenseNetModelParameters(IHostEnvironment env, VersionInfo version, ModelLoadContext ctx)
        : base(env, version.LoaderSignature, LoaderVersion.Check(ctx, version))
    {
        _version = version;

        // *** Binary format ***
        // <base info>
        // entries "Network" and "Times": docs/model-format.md
        TrainedNetwork? network = null;
        if (!ctx.TryLoadBinaryStream(ModelSignatures.NetworkEntry, reader => network = NetworkFile.Load(reader.BaseStream)))
            throw NetworkFile.Damaged($"the entry '{ModelSignatures.NetworkEntry}' is missing");
        ctx.TryLoadBinaryStream(ModelSignatures.TimesEntry, reader => network = network!.With(EpochTimes.Load(network.History, reader.BaseStream)));
        Network = network!;
        if (Misfit is { } misfit)
            throw NetworkFile.Damaged(misfit);
    }

    /// <summary>The network: its layers, values and training history.</summary>
    public TrainedNetwork Network { get; }

    DataViewType IValueMapper.InputType => FeatureType;

    DataViewType IValueMapper.OutputType => ScoreType;

    internal VectorDataViewType FeatureType => new(NumberDataViewType.Single, Network.Layout.InputWidth);

    private protected abstract LearningTask Task { get; }

    private protected abstract DataViewType ScoreType { get; }

    /// <summary>Why the network does not suit this model, as a clause; null if it does.</summary>
    private string? Misfit => ScoreType is not VectorDataViewType && Network.Layout.OutputWidth != Math.Max(1, Network.Quantiles.Count)
        ? $"{GetType().Name} needs a network of 1 output; this one has {Network.Layout.OutputWidth}"
        : Network.Task == Task ? null : $"{GetType().Name} needs a network trained for {Task}; this one is for {Network.Task}";

    /// <summary>The columns that a scorer derives from the outputs; the first is the score.</summary>
    private protected abstract DataViewSchema CreateScoreSchema();

    /// <summary>Computes the score of one row.</summary>
    private protected abstract void ToScore(ReadOnlySpan<float> outputs, ref TOutput score);

    /// <summary>Creates the getter of a column of <see cref="CreateScoreSchema"/> other than the score.</summary>
    private protected virtual Delegate CreateDerivedGetter(int column, INetworkOutputs outputs) =>
        throw Host.ExceptParam(nameof(column), $"There is no score column {column}.");

    /// <inheritdoc/>
    protected sealed override void SaveCore(ModelSaveContext ctx)
    {
        base.SaveCore(ctx);
        ctx.SetVersionInfo(_version);
        ctx.SaveBinaryStream(ModelSignatures.NetworkEntry, writer => Network.Save(writer.BaseStream));
        ctx.SaveBinaryStream(ModelSignatures.TimesEntry, writer => EpochTimes.Save(Network.History, writer.BaseStream));
    }

    ISchemaBoundMapper ISchemaBindableMapper.Bind(IHostEnvironment env, RoleMappedSchema schema) => new NetworkBoundMapper(env, this, schema);

    DataViewSchema INetworkModel.CreateScoreSchema() => CreateScoreSchema();

    Delegate INetworkModel.CreateGetter(int column, INetworkOutputs outputs)
    {
        return column == 0 ? (ValueGetter<TOutput>)Score : CreateDerivedGetter(column, outputs);

        void Score(ref TOutput score) => ToScore(outputs.Current(), ref score);
    }

    ValueMapper<TSrc, TDst> IValueMapper.GetMapper<TSrc, TDst>()
    {
        float[] outputs = new float[Network.Layout.OutputWidth];
        ValueMapper<VBuffer<float>, TOutput> mapper = Map;
        return mapper as ValueMapper<TSrc, TDst>
            ?? throw Host.Except($"{GetType().Name} maps {typeof(VBuffer<float>)} to {typeof(TOutput)}, not {typeof(TSrc)} to {typeof(TDst)}.");

        void Map(in VBuffer<float> features, ref TOutput score)
        {
            Network.ComputeOutputs(features, outputs);
            ToScore(outputs, ref score);
        }
    }
}
