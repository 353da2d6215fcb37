namespace Microsoft.ML.DenseNet;

/// <summary>Remembers the epoch with the lowest validation loss, and its weights if the model gets them.</summary>
/// <param name="plan">What is trained.</param>
/// <param name="network">The network.</param>
internal sealed class BestEpoch(TrainingPlan plan, TorchNetwork network)
{
    private int _epoch;
    private double _loss = double.PositiveInfinity;
    private (float[] Parameters, float[] Buffers)? _weights;

    /// <summary>Considers an epoch that has ended.</summary>
    /// <param name="epoch">Counted from 1; 0 for an earlier model that is to be trained further.</param>
    /// <param name="validationLoss">Its validation loss; null if there is none, in which case the last epoch is the best.</param>
    public void Keep(int epoch, double? validationLoss)
    {
        if (validationLoss is null)
        {
            _epoch = epoch;
        }
        else if (validationLoss < _loss)
        {
            _epoch = epoch;
            _loss = validationLoss.Value;
            if (plan.RestoreBestWeights)
                _weights = (network.CopyParameters(), network.CopyBuffers());
        }
    }

    /// <summary>Whether so many epochs have brought no improvement that training stops.</summary>
    public bool IsLongPast(int epoch) =>
        plan.EarlyStoppingRound > 0 && epoch - _epoch >= plan.EarlyStoppingRound + (plan.EarlyStoppingGrowth * _epoch);

    /// <summary>Restores the best weights seen, if they were kept; returns the epoch they are from.</summary>
    /// <param name="epoch">The last epoch.</param>
    public int Restore(int epoch)
    {
        if (_weights is not { } best)
            return epoch;
        network.Load(best.Parameters, best.Buffers);
        return _epoch;
    }

    public void Save(ValueWriter state)
    {
        state.Write((long)_epoch);
        state.Write(_loss);
        state.Write(_weights is null ? 0L : 1L);
        if (_weights is not { } best)
            return;
        state.Write(best.Parameters);
        state.Write(best.Buffers);
    }

    /// <param name="state">What <see cref="Save"/> wrote.</param>
    /// <param name="epoch">The last epoch.</param>
    public void Load(ValueReader state, int epoch)
    {
        _epoch = state.ReadInt32(0, epoch, "the best epoch");
        _loss = state.ReadDouble();
        _weights = state.ReadInt32(0, 1, "the mark of the best weights") == 0
            ? null
            : (state.ReadFloats(plan.Layout.ParameterCount), state.ReadFloats(plan.Layout.BufferCount));
    }
}
