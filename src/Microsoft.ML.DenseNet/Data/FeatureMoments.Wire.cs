using System.Runtime.Intrinsics;

namespace Microsoft.ML.DenseNet;

internal sealed partial class FeatureMoments
{
    /// <summary>Writes the sums for <see cref="Join"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_allSeen);
        writer.Write<double>(_shift);
        writer.Write<bool>(_seen);
        writer.Write<double>(_weight);
        writer.Write<double>(_sum);
        writer.Write<double>(_squares);
        writer.Write(_sparseWeight);
        writer.Write<Vector256<double>>(_stored ?? []);
    }

    /// <summary>Adds what other moments have written: the result is that of all rows, up to rounding.</summary>
    public void Join(BinaryReader reader)
    {
        bool allSeen = reader.ReadBoolean();
        double[] shift = reader.ReadArray<double>();
        bool[] seen = reader.ReadArray<bool>();
        double[] weight = reader.ReadArray<double>(), sum = reader.ReadArray<double>(), squares = reader.ReadArray<double>();
        _sparseWeight += reader.ReadDouble();
        var stored = reader.ReadArray<Vector256<double>>();
        bool isFirst = stored.Length > 0 && _stored is null;
        if (isFirst)
            _stored = new Vector256<double>[_shift.Length];
        for (int i = 0; i < shift.Length; i++)
        {
            if (isFirst || (seen[i] && !_seen[i]))
                _shift[i] = shift[i];
            _seen[i] |= seen[i];

            // The sums are of differences from the other's first value.
            double moved = seen[i] || stored.Length > 0 ? shift[i] - _shift[i] : 0;
            _weight[i] += weight[i];
            _sum[i] += sum[i] + (weight[i] * moved);
            _squares[i] += squares[i] + (2 * moved * sum[i]) + (weight[i] * moved * moved);
            if (stored.Length == 0)
                continue;
            var other = stored[i];
            double present = other[0] - other[1];
            _stored![i] += Vector256.Create(other[0], other[1], other[2] + (present * moved), other[3] + (2 * moved * other[2]) + (present * moved * moved));
        }

        _allSeen |= allSeen && stored.Length > 0;
    }
}
