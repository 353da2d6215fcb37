using System.Runtime.InteropServices;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.DenseNet;

/// <summary>Scales rows and brings them into a <see cref="OneHotForm"/>, if their blocks are what they are said to be.</summary>
internal sealed class OneHotRows
{
    /// <summary>Rows without their zeros are written out only if the slots outside the blocks are at most this many.</summary>
    private const int MaximumRest = 512;

    private readonly OneHotForm _form;
    private readonly InputScaling? _scaling;
    private readonly ReadOnlyMemory<float> _center;
    private readonly ReadOnlyMemory<float> _scale;
    private readonly int[] _blockOf;
    private readonly int[] _placeOf;
    private readonly int[] _indicatorOf;
    private readonly float[] _restCenter;
    private readonly float[] _restScale;

    private OneHotRows(OneHotForm form, TrainingPlan plan)
    {
        int width = plan.Layout.ScaledWidth;
        _form = form;
        _scaling = plan.Layout.InputScaling;
        _center = _scaling?.Center(plan.Buffers) ?? new float[width];
        _scale = _scaling?.Scale(plan.Buffers) ?? new float[width];
        _blockOf = new int[width];
        _placeOf = new int[width];
        Array.Fill(_blockOf, -1);
        for (int block = 0; block < form.Blocks.Count; block++)
            _blockOf.AsSpan(form.Blocks[block].Start, form.Blocks[block].Count).Fill(block);
        for (int slot = 0, rest = 0; slot < width; slot++)
            _placeOf[slot] = _blockOf[slot] < 0 ? rest++ : slot - form.Blocks[_blockOf[slot]].Start;
        _indicatorOf = new int[plan.Layout.InputWidth];
        Array.Fill(_indicatorOf, -1);
        if (_scaling?.Nodes[0].Layer is MissingIndicatorsLayer indicators)
        {
            int next = _indicatorOf.Length;
            foreach (int slot in indicators.Slots)
                _indicatorOf[slot] = next++;
        }

        int[] others = [.. form.Rest.SelectMany(range => Enumerable.Range(range.Start, range.Count))];
        _restCenter = [.. others.Select(slot => _center.Span[slot])];
        _restScale = [.. others.Select(slot => _scale.Span[slot])];
    }

    /// <summary>Returns the form for a training run's rows; null if they stay as they are.</summary>
    /// <param name="plan">What is trained.</param>
    /// <param name="training">The training rows.</param>
    /// <param name="validation">The validation rows; null for none.</param>
    /// <param name="share">This process's rows if several have the training rows; null otherwise.</param>
    public static OneHotForm? FormOf(TrainingPlan plan, RowSet training, RowSet? validation, SharedRows? share = null)
    {
        if (!HostEngine.Supports(plan))
            return null;
        int width = plan.Layout.ScaledWidth;
        SlotRange[] blocks =
        [
            .. OneHotForm.Candidates(plan.Layout.AfterScaling, width)
                .Where(block => block.End <= plan.Layout.InputWidth && KeepsZeros(block, plan) && IsOneHot(block, training) && (validation is null || IsOneHot(block, validation))),
        ];
        if (share is not null)
            blocks = OneHotEverywhere(blocks, share.Rows, plan.Workers!);
        if (blocks.Length == 0)
            return null;
        var form = new OneHotForm(width, blocks);
        bool isSparse = training.IsSparse || validation is { IsSparse: true };
        return isSparse && form.Width > MaximumRest ? null : form;
    }

    /// <summary>Returns rows in a form, features scaled.</summary>
    /// <param name="plan">The task and the input scaling.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="form">The form; <see cref="FormOf"/> has checked that the rows fit it.</param>
    public static TrainingRows Of(TrainingPlan plan, RowSet rows, OneHotForm form)
    {
        var maker = new OneHotRows(form, plan);
        var made = rows.Blocks.Select(block => block with { Features = maker.Convert(block), Sparse = null });
        return TrainingRows.From(new RowSet(form.Width, rows.HasWeights, [.. made]).WithMeanWeight(rows.CommonMeanWeight), plan.Task, CPU, features => features);
    }

    /// <summary>Whether scaling leaves the zeros of a block as they are.</summary>
    private static bool KeepsZeros(SlotRange block, TrainingPlan plan) =>
        plan.Layout.InputScaling is not { } scaling || !scaling.Center(plan.Buffers).Span.Slice(block.Start, block.Count).ContainsAnyExcept(0f);

    /// <summary>Returns those of the blocks that are one-hot in the rows of all processes.</summary>
    private static SlotRange[] OneHotEverywhere(SlotRange[] blocks, RowSet own, TrainingWorkers workers)
    {
        byte[][] all = workers.Exchange([.. blocks.Select(block => IsOneHot(block, own) ? (byte)1 : (byte)0)]);
        return [.. blocks.Where((_, i) => all.All(process => process[i] == 1))];
    }

    /// <summary>Whether no row has more than one value in a block.</summary>
    private static bool IsOneHot(SlotRange block, RowSet rows)
    {
        foreach (var part in rows.Blocks)
        {
            for (int row = 0; row < part.Rows; row++)
            {
                int count = part.Sparse is { } sparse ? CountSlots(sparse, row, block) : CountValues(part.Features.Span.Slice((row * rows.Width) + block.Start, block.Count));
                if (count > 1)
                    return false;
            }
        }

        return true;
    }

    private static int CountSlots(SparseRows rows, int row, SlotRange block)
    {
        int count = 0;
        foreach (int slot in rows.RowSlots(row))
            count += block.Start <= slot && slot < block.End ? 1 : 0;
        return count;
    }

    private static int CountValues(ReadOnlySpan<float> values)
    {
        int count = 0;
        for (int i = NextValue(values, 0); i >= 0 && count < 2; i = NextValue(values, i + 1))
            count++;
        return count;
    }

    /// <summary>Returns the place of the next value that is not 0, or -1.</summary>
    private static int NextValue(ReadOnlySpan<float> values, int start)
    {
        // Bits are compared, because that is vectorized; −0 is the one zero with bits.
        var bits = MemoryMarshal.Cast<float, uint>(values);
        for (int i = start; i < values.Length; i++)
        {
            int next = bits[i..].IndexOfAnyExcept(0u);
            if (next < 0)
                return -1;
            i += next;
            if (values[i] != 0)
                return i;
        }

        return -1;
    }

    private float[] Convert(RowBlock block)
    {
        int width = _form.Width;
        var features = new float[block.Rows * width];
        float[] center = new float[features.Length], scale = new float[features.Length], places = new float[features.Length];
        for (int row = 0; row < block.Rows; row++)
        {
            int start = row * width;
            _restCenter.CopyTo(center, start);
            _restScale.CopyTo(scale, start);
            if (block.Sparse is { } sparse)
            {
                var slots = sparse.RowSlots(row);
                var values = sparse.RowValues(row);
                for (int i = 0; i < slots.Length; i++)
                    Set(start, slots[i], values[i]);
            }
            else
            {
                SetAll(start, block.Features.Span.Slice(row * _indicatorOf.Length, _indicatorOf.Length));
            }
        }

        if (_scaling is not null)
            Scale(features, center, scale, width);
        for (int index = 0; index < _form.Blocks.Count; index++)
        {
            for (int i = _form.BlockColumn(index); i < features.Length; i += width)
                features[i] = places[i];
        }

        return features;

        void SetAll(int start, ReadOnlySpan<float> row)
        {
            foreach (var range in _form.Rest)
            {
                for (int slot = range.Start; slot < Math.Min(range.End, row.Length); slot++)
                    Set(start, slot, row[slot]);
            }

            foreach (var range in _form.Blocks)
            {
                int place = NextValue(row.Slice(range.Start, range.Count), 0);
                if (place >= 0)
                    Set(start, range.Start + place, row[range.Start + place]);
            }
        }

        void Set(int start, int slot, float value)
        {
            int place = _placeOf[slot];
            if (float.IsNaN(value) && _indicatorOf[slot] >= 0)
                Set(start, _indicatorOf[slot], 1);
            if (_blockOf[slot] < 0)
            {
                features[start + place] = value;
                return;
            }

            int column = start + _form.BlockColumn(_blockOf[slot]);
            places[column] = place;
            features[column + 1] = value;
            scale[column + 1] = _scale.Span[slot];
        }
    }

    /// <summary>Scales in place, value by value, with the operations that scale all slots of other rows: the results have the same bits.</summary>
    private void Scale(float[] features, float[] center, float[] scale, int width)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor Of(float[] values) => tensor(values, [values.Length / width, width]);
        TorchEvaluator.Scaled(_scaling!.Layer, Of(features), Of(center), Of(scale)).data<float>().CopyTo(features);
    }
}
