using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Replaces a matrix's singular values by numbers near 1, without computing them: X ← a X + (b A + c A²) X with A = X Xᵀ, several times
/// (Newton and Schulz; Jordan et al. 2024).
/// </summary>
internal abstract unsafe class NewtonSchulz
{
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns; at least as many as rows.</param>
    public static NewtonSchulz Create(int rows, int columns) => VectorWidths.Widest switch
    {
        VectorWidth.Vector512 => new NewtonSchulz<SimdVector512>(rows, columns),
        VectorWidth.Vector256 => new NewtonSchulz<SimdVector256>(rows, columns),
        VectorWidth.Vector128 => new NewtonSchulz<SimdVector128>(rows, columns),
        _ => new NewtonSchulz<ScalarVector>(rows, columns),
    };

    /// <summary>A row of the matrix; what lies beyond its columns is 0 and must stay so.</summary>
    public abstract Span<float> Row(int row);

    /// <summary>Iterates, in place.</summary>
    /// <param name="coefficients">a, b and c.</param>
    /// <param name="epsilon">The matrix is first divided by its norm, or by this if the norm is smaller.</param>
    /// <param name="steps">The number of iterations.</param>
    /// <param name="threads">The number of threads; it does not change the result.</param>
    public abstract void Run((double A, double B, double C) coefficients, double epsilon, int steps, int threads);
}

/// <inheritdoc cref="NewtonSchulz"/>
internal sealed unsafe class NewtonSchulz<TVector> : NewtonSchulz
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>Both sides are filled up with zeros to whole vectors of any width, so that kernels may write them.</summary>
    private const int Side = 16;

    /// <summary>The rows of a product that form one part.</summary>
    private const int PartRows = 48;

    /// <summary>With fewer operations, dividing the work costs more than it saves.</summary>
    private const double WorthSharing = 4e6;

    private readonly int _rows;
    private readonly int _columns;
    private readonly PackedMatrix<TVector> _packedTransposed;
    private readonly PackedMatrix<TVector> _packedGram;
    private readonly PackedMatrix<TVector> _packed;
    private readonly AlignedArray _gram;
    private readonly AlignedArray _polynomial;
    private AlignedArray _matrix;
    private AlignedArray _next;

    public NewtonSchulz(int rows, int columns)
    {
        _rows = (rows + Side - 1) / Side * Side;
        _columns = (columns + Side - 1) / Side * Side;
        _packedTransposed = new PackedMatrix<TVector>(_columns, _rows);
        _packedGram = new PackedMatrix<TVector>(_rows, _rows);
        _packed = new PackedMatrix<TVector>(_rows, _columns);
        _gram = new AlignedArray(checked(_rows * _rows));
        _polynomial = new AlignedArray(_rows * _rows);
        _matrix = new AlignedArray(checked(_rows * _columns));
        _next = new AlignedArray(_rows * _columns);
    }

    public override Span<float> Row(int row) => _matrix.Span.Slice(row * _columns, _columns);

    public override void Run((double A, double B, double C) coefficients, double epsilon, int steps, int threads)
    {
        Normalize(epsilon);
        threads = 4.0 * _rows * _rows * _columns < WorthSharing ? 1 : threads;
        for (int step = 0; step < steps; step++)
        {
            float* x = Pointer(_matrix), next = Pointer(_next), gram = Pointer(_gram), polynomial = Pointer(_polynomial);
            Share(_packedTransposed.Panels, threads, panel => _packedTransposed.PackTransposed(panel, x));
            MultiplySymmetric(_packedTransposed, x, _columns, gram, threads);
            Share(_packedGram.Panels, threads, panel => _packedGram.Pack(panel, gram));
            MultiplySymmetric(_packedGram, gram, _rows, polynomial, threads);
            Combine(_gram.Span, (float)coefficients.B, _polynomial.Span, (float)coefficients.C);

            Share(_packed.Panels, threads, panel => _packed.Pack(panel, x));
            float a = (float)coefficients.A;
            Share(Parts, threads, part =>
            {
                int first = part * PartRows, rows = Math.Min(PartRows, _rows - first);
                TensorPrimitives.Multiply(_matrix.Span.Slice(first * _columns, rows * _columns), a, _next.Span.Slice(first * _columns, rows * _columns));
                _packed.Multiply(polynomial + ((long)first * _rows), _rows, rows, null, next + ((long)first * _columns), _columns, adds: true);
            });
            (_matrix, _next) = (_next, _matrix);
        }
    }

    private int Parts => (_rows + PartRows - 1) / PartRows;

    /// <summary>Divides the matrix by its norm, summed up in double precision.</summary>
    private void Normalize(double epsilon)
    {
        double squares = 0;
        foreach (float value in _matrix.Span)
            squares += (double)value * value;
        TensorPrimitives.Divide(_matrix.Span, (float)Math.Max(Math.Sqrt(squares), epsilon), _matrix.Span);
    }

    /// <summary>Multiplies two matrices whose product is symmetric: the part on one side of the diagonal is computed and copied to the other.</summary>
    private void MultiplySymmetric(PackedMatrix<TVector> right, float* left, int depth, float* product, int threads)
    {
        Share(Parts, threads, part =>
        {
            int first = part * PartRows;
            right.Multiply(
                left + ((long)first * depth), depth, Math.Min(PartRows, _rows - first), null, product + ((long)first * _rows), _rows, adds: false, firstPanel: first / PackedMatrix<TVector>.PanelWidth);
        });
        for (int row = 0; row < _rows; row++)
        {
            for (int column = 0; column < row; column++)
                product[((long)row * _rows) + column] = product[((long)column * _rows) + row];
        }
    }

    /// <summary>second = b first + c second.</summary>
    private static void Combine(Span<float> first, float b, Span<float> second, float c)
    {
        TensorPrimitives.Multiply(second, c, second);
        TensorPrimitives.MultiplyAdd(first, b, second, second);
    }

    private static void Share(int parts, int threads, Action<int> work)
    {
        if (threads > 1 && parts > 1)
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, work);
            return;
        }

        for (int part = 0; part < parts; part++)
            work(part);
    }

    private static float* Pointer(AlignedArray values) => (float*)Unsafe.AsPointer(ref values.Reference); // pinned
}
