using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Applies an optimizer to a network: fused over the flat parameters in host memory, or torch's own anywhere else.</summary>
internal sealed unsafe class ParameterUpdater : IDisposable
{
    private readonly FlatOptimizer? _fused;
    private readonly float* _parameters;
    private readonly float* _gradients;
    private readonly List<(RowGradient Gradient, ParameterGroup Group)> _rows = [];
    private readonly List<optim.Optimizer> _torch = [];
    private readonly List<TorchGroup> _torchGroups = [];
    private readonly Optimizer _optimizer;
    private readonly double _learningRate;
    private readonly double _weightDecay;
    private readonly TorchMuon? _muon;
    private TorchLbfgs? _lbfgs;
    private long _step;

    /// <param name="network">The network.</param>
    /// <param name="plan">What is trained.</param>
    /// <param name="rowGradients">Gradients of matrices in which only touched rows are updated; the optimizer must be lazy.</param>
    public ParameterUpdater(TorchNetwork network, TrainingPlan plan, IReadOnlyList<RowGradient> rowGradients)
    {
        _optimizer = plan.Optimizer;
        _learningRate = plan.LearningRate;
        _weightDecay = plan.WeightDecay;
        var groups = plan.Optimizer.Muon is { } settings ? MuonGroups.Of(plan.Layout, plan.ParameterGroups, settings, plan.LearningRate) : plan.ParameterGroups;
        if (network.IsFlat && plan.Optimizer.Fuse is { } fuse && plan.IsOnHost)
        {
            _rows.AddRange(rowGradients.Select(rows => (rows, groups.First(group => group.Offset <= rows.Offset && rows.Offset < group.Offset + group.Count))));
            _fused = fuse(plan.Layout.ParameterCount, [.. rowGradients.Aggregate(groups.AsEnumerable(), (parts, rows) => parts.SelectMany(group => Without(group, rows)))]);
            _fused.Threads = plan.NumberOfThreads ?? _fused.Threads;
            _parameters = network.ParameterPointer;
            _gradients = network.GradientPointer;
            return;
        }

        if (plan.Optimizer.Muon is { } muon)
        {
            _muon = new TorchMuon(muon, groups.Where(group => group.Rows > 0).Select(group => (Part(network, group.Offset, group.Count, [group.Rows, group.Count / group.Rows]), group)));
            foreach (var others in groups.Where(group => group.Rows == 0).GroupBy(group => (group.LearningRateFactor, group.WeightDecayFactor)))
                AddTorch([.. others.Select(group => Part(network, group.Offset, group.Count, [group.Count]))], others.Key.LearningRateFactor, others.Key.WeightDecayFactor);
            if (!network.IsFlat)
                AddTorch([.. network.ModuleParameters], (muon.OtherLearningRate ?? plan.LearningRate) / plan.LearningRate);
        }
        else if (network.IsFlat && _optimizer.IsCustom)
        {
            AddTorch([.. plan.Layout.Tensors.Where(place => place.IsTrained).Select(place => Part(network, place.Offset, place.Count, place.Shape))]);
        }
        else if (!network.IsFlat || plan.ParameterGroups is [{ LearningRateFactor: 1, WeightDecayFactor: 1 }])
        {
            AddTorch(network.Parameters);
        }
        else
        {
            foreach (var group in plan.ParameterGroups)
                AddTorch([Part(network, group.Offset, group.Count, [group.Count])], group.LearningRateFactor, group.WeightDecayFactor);
        }
    }

    /// <summary>Whether a step is one pass in host memory.</summary>
    public bool IsFused => _fused is not null;

    /// <summary>Whether a step itself evaluates the loss, several times, as L-BFGS does.</summary>
    public bool NeedsClosure => _lbfgs is not null || _torch is [LBFGS];

    /// <summary>Updates the parameters from their gradients.</summary>
    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="weightDecayFactor">A factor on the weight decay; of torch's own optimizers, AdamW applies it.</param>
    public void Step(double learningRate, double weightDecayFactor = 1)
    {
        if (_fused is not null)
        {
            _fused.Step(_parameters, _gradients, learningRate, _weightDecay * weightDecayFactor);
            foreach (var (rows, group) in _rows)
                _fused.StepRows(_parameters, rows.Pointer, rows.Offset, rows.Width, rows.Rows, learningRate * group.LearningRateFactor, _weightDecay * weightDecayFactor * group.WeightDecayFactor);
            return;
        }

        using var noGradient = no_grad();
        SetRates(learningRate, weightDecayFactor);
        foreach (var optimizer in _torch)
            _optimizer.Step(() => optimizer.step(), _step);
        _muon?.Step(learningRate, _weightDecay * weightDecayFactor);
    }

    /// <summary>Makes a step with an optimizer that evaluates the loss itself.</summary>
    public void Step(double learningRate, Func<Tensor> evaluate)
    {
        SetRates(learningRate, weightDecayFactor: 1);
        _lbfgs?.Step(learningRate, evaluate);
        foreach (var optimizer in _torch)
            _optimizer.Step(() => optimizer.step(evaluate), _step);
    }

    /// <summary>Rejects an optimizer whose state <see cref="Save"/> cannot write.</summary>
    /// <exception cref="InvalidOperationException">Its state cannot be written.</exception>
    public void CheckCanSave()
    {
        if (_lbfgs is not null || _torch.Exists(optimizer => optimizer is not OptimizerHelper))
            throw Optimizer.CannotBeSaved(_optimizer);
    }

    /// <summary>Writes everything later steps depend on.</summary>
    public void Save(ValueWriter state)
    {
        _fused?.Save(state);
        _muon?.Save(state);
        state.Write(_step);
        foreach (var optimizer in _torch)
        {
            using var bytes = new MemoryStream();
            using var writer = new BinaryWriter(bytes);
            ((OptimizerHelper)optimizer).save_state_dict(writer);
            writer.Flush();
            state.WriteBlob(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(ValueReader state)
    {
        _fused?.Load(state);
        _muon?.Load(state);
        _step = state.ReadInt64();
        foreach (var optimizer in _torch)
        {
            using var reader = new BinaryReader(new MemoryStream(state.ReadBlob()));
            try
            {
                ((OptimizerHelper)optimizer).load_state_dict(reader);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw state.Damaged($"{_optimizer} does not know its state ({NetworkFile.Excerpt(e.Message)})");
            }
        }
    }

    public void Dispose()
    {
        _lbfgs?.Dispose();
        _torch.ForEach(optimizer => optimizer.Dispose());
    }

    /// <summary>The parts of a group before and after a matrix.</summary>
    private static IEnumerable<ParameterGroup> Without(ParameterGroup group, RowGradient rows)
    {
        int end = group.Offset + group.Count, last = rows.Offset + rows.Count;
        if (last <= group.Offset || end <= rows.Offset)
        {
            yield return group;
            yield break;
        }

        if (group.Offset < rows.Offset)
            yield return group with { Count = rows.Offset - group.Offset };
        if (last < end)
            yield return group with { Offset = last, Count = end - last };
    }

    /// <summary>A part of the flat parameter, as a separate parameter that shares its memory.</summary>
    private static Parameter Part(TorchNetwork network, int offset, int count, IReadOnlyList<int> shape)
    {
        using var noGradient = no_grad();
        var flat = network.Flat;
        long[] sizes = [.. shape.Select(size => (long)size)];
        return new Parameter(flat.detach().narrow(0, offset, count).view(sizes)) { grad = flat.grad!.narrow(0, offset, count).view(sizes) };
    }

    private void AddTorch(IReadOnlyList<Parameter> parameters, double learningRateFactor = 1, double weightDecayFactor = 1)
    {
        double rate = _learningRate * learningRateFactor;
        _lbfgs = _optimizer.CreateLbfgs?.Invoke(parameters, rate);
        if (_lbfgs is not null)
            return;
        var created = _optimizer.Create(parameters, rate, _weightDecay * weightDecayFactor);
        _torch.Add(created);
        _torchGroups.AddRange(created.ParamGroups.Select(group => new TorchGroup(group, _optimizer.IsCustom ? group.LearningRate : rate, (group as AdamW.ParamGroup)?.Options.weight_decay)));
    }

    private void SetRates(double learningRate, double weightDecayFactor)
    {
        _step++;
        foreach (var (group, initialRate, initialDecay) in _torchGroups)
        {
            double rate = initialRate * (learningRate / _learningRate);
            group.LearningRate = _optimizer.TorchLearningRate?.Invoke(rate, _step) ?? rate;
            if (group is AdamW.ParamGroup adamW)
                adamW.Options.weight_decay = initialDecay * weightDecayFactor;
        }
    }
}
