namespace Microsoft.ML.DenseNet;

internal sealed unsafe partial class BackpropagationProgram
{
    /// <summary>Returns the stages in which a gradient becomes final, the last one of all of it.</summary>
    /// <param name="fewest">The fewest parameters that a stage adds.</param>
    public IReadOnlyList<GradientStage> StagesOf(int fewest)
    {
        var stages = new List<GradientStage>();
        int parts = 0, end = _steps.Select(step => step.ParameterEnd).DefaultIfEmpty().Max();
        for (int i = _steps.Length - 1; i > 0; i--)
        {
            parts += _steps[i].GradientParts;
            int from = _steps.Take(i).Max(step => step.ParameterEnd); // what earlier steps have yet to compute ends there
            if (from > 0 && end - from >= fewest)
            {
                stages.Add(new GradientStage(parts, from));
                end = from;
            }
        }

        return [.. stages, new GradientStage(_gradients.Length, 0)];
    }

    private void SumGradient() => SumGradient(0, _gradients.Length);

    private void SumGradient(int first, int end)
    {
        if (first == end)
            return;
        _firstGradient = first;
        _team.Run(end - first, _sumGradient);
    }

    private void SumGradient(IGradientReceiver receiver, double loss)
    {
        receiver.Begin(loss);
        int done = 0;
        for (int stage = 0; stage < receiver.Stages.Count; stage++)
        {
            SumGradient(done, receiver.Stages[stage].Parts);
            done = receiver.Stages[stage].Parts;
            receiver.Receive(stage);
        }
    }
}
