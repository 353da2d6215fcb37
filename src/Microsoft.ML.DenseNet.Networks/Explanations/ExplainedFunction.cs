namespace Microsoft.ML.DenseNet;

/// <summary>The functions of a network's outputs that are explained, one for each output, with their gradients.</summary>
/// <param name="task">What the network predicts.</param>
/// <param name="output">What is explained.</param>
internal sealed class ExplainedFunction(LearningTask task, ExplainedOutput output)
{
    private readonly bool _hasClasses = task == LearningTask.MulticlassClassification;

    private readonly bool _isProbability = output == ExplainedOutput.Probability;

    /// <summary>Computes the functions' values.</summary>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="values">Receives as many values.</param>
    public void Evaluate(ReadOnlySpan<float> outputs, Span<float> values)
    {
        outputs.CopyTo(values);
        if (_isProbability && _hasClasses)
            OutputFunctions.Softmax(outputs, values);
        else if (_isProbability)
            values[0] = OutputFunctions.Sigmoid(outputs[0]);
        else if (_hasClasses)
            Center(values);
    }

    /// <summary>Computes the gradient of one of the functions with respect to the outputs.</summary>
    /// <param name="index">The function's number.</param>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="gradient">Receives as many values.</param>
    public void Differentiate(int index, ReadOnlySpan<float> outputs, Span<float> gradient)
    {
        if (!_isProbability)
        {
            gradient.Fill(_hasClasses ? -1f / outputs.Length : 0);
            gradient[index] += 1;
            return;
        }

        if (!_hasClasses)
        {
            gradient[0] = OutputFunctions.Sigmoid(outputs[0]) * OutputFunctions.Sigmoid(-outputs[0]);
            return;
        }

        OutputFunctions.Softmax(outputs, gradient);
        float probability = gradient[index];
        for (int i = 0; i < gradient.Length; i++)
            gradient[i] = probability * ((i == index ? 1 : 0) - gradient[i]);
    }

    private static void Center(Span<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        float mean = (float)(sum / values.Length);
        foreach (ref float value in values)
            value -= mean;
    }
}
