namespace Microsoft.ML.DenseNet;

/// <summary>Synthetic data for experiments, made by the algorithms of the scikit-learn functions of the same names.</summary>
public static class DenseNetDatasets
{
    /// <summary>Vertices of larger hypercubes are drawn with this many distinct dimensions; the others are random bits.</summary>
    private const int MaximumDistinctDimensions = 30;

    /// <summary>The largest shift, scale, bias and deviation; sums and products of larger ones would not fit in single precision.</summary>
    private const double MaximumMagnitude = 1e12;

    /// <summary>
    /// Makes a classification problem modeled on the Madelon data set of Guyon (2003), as scikit-learn's <c>make_classification</c> does.
    /// </summary>
    /// <remarks>
    /// Every class has clusters at random vertices of a hypercube of side 2 · <paramref name="separation"/> in the space of the
    /// informative features. The rows of a cluster are standard normal, multiplied by a random matrix of entries uniform within ±1.
    /// Redundant features are random linear combinations of the informative ones, and the rest are normal noise. Then labels are
    /// replaced at random, features are shifted and scaled, and rows and features are shuffled.
    /// </remarks>
    /// <param name="rows">At least 1; all rows together must fit in memory.</param>
    /// <param name="features">The total number of features, at least <paramref name="informative"/> + <paramref name="redundant"/>, at most <see cref="Layer.MaximumUnits"/>.</param>
    /// <param name="informative">Features that separate the classes, at least 1.</param>
    /// <param name="redundant">Linear combinations of the informative features, at least 0.</param>
    /// <param name="classes">At least 2. There must be a vertex for every cluster: classes · clustersPerClass ≤ 2^informative.</param>
    /// <param name="separation">Half the hypercube's side, from 0 to 1E+12; the larger, the easier.</param>
    /// <param name="noise">The share of rows whose label is redrawn at random (scikit-learn's <c>flip_y</c>), from 0 to 1.</param>
    /// <param name="seed">Determines all random choices.</param>
    /// <param name="clustersPerClass">At least 1; from 2 on, the classes need not be linearly separable.</param>
    /// <param name="shift">Added to every feature before scaling, within ±1E+12; null for a random number within ±separation for each.</param>
    /// <param name="scale">Multiplies every feature, within ±1E+12; null for a random number from 1 to 101 for each.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    /// <exception cref="ArgumentException">The arguments are inconsistent; the message says which.</exception>
    public static ClassificationDataset MakeClassification(
        int rows = 100,
        int features = 20,
        int informative = 2,
        int redundant = 2,
        int classes = 2,
        double separation = 1,
        double noise = 0.01,
        int seed = 0,
        int clustersPerClass = 2,
        double? shift = 0,
        double? scale = 1)
    {
        Guard.AtLeast(rows, 1, nameof(rows));
        Guard.InRange(features, 1, Layer.MaximumUnits, nameof(features));
        if (informative >= 1 && redundant >= 0 && (long)informative + redundant > features)
            throw new ArgumentException($"informative is {informative} and redundant {redundant}, together more than features, which is {features}: raise features.", nameof(features));
        Guard.InRange(informative, 1, features, nameof(informative));
        Guard.InRange(redundant, 0, features, nameof(redundant));
        Guard.AtLeast(classes, 2, nameof(classes));
        Guard.AtLeast(clustersPerClass, 1, nameof(clustersPerClass));
        long clusters = (long)classes * clustersPerClass;
        if (clusters > Math.Pow(2, Math.Min(informative, MaximumDistinctDimensions)))
            throw new ArgumentException($"classes is {classes} and clustersPerClass {clustersPerClass}, which needs {clusters} vertices, but a hypercube of {informative} informative features has {Math.Pow(2, informative)}: raise informative.", nameof(informative));
        Guard.InRange(separation, 0, MaximumMagnitude, nameof(separation));
        Guard.InRange(noise, 0.0, 1.0, nameof(noise));
        Guard.InRange(shift ?? 0, -MaximumMagnitude, MaximumMagnitude, nameof(shift));
        Guard.InRange(scale ?? 1, -MaximumMagnitude, MaximumMagnitude, nameof(scale));
        CheckMemory(rows, features, (8.0 * informative * Math.Max(informative, redundant)) + ((double)clusters * (informative + 64.0)));

        var random = new NormalRandom(seed);
        var values = NewMatrix(rows, features);
        int[] labels = new int[rows];

        FillClusters(values, labels, informative, classes, (int)clusters, separation, random);
        double[][] mixing = SignedMatrix(informative, redundant, random);
        foreach (double[] row in values)
        {
            Multiply(row.AsSpan(0, informative), mixing, row.AsSpan(informative, redundant));
            for (int i = informative + redundant; i < features; i++)
                row[i] = random.Normal();
        }

        for (int i = 0; i < rows; i++)
        {
            if (random.Uniform() < noise)
                labels[i] = random.Integer(classes);
        }

        for (int i = 0; i < features; i++)
        {
            double offset = shift ?? random.Signed() * separation;
            double factor = scale ?? 1 + 100 * random.Uniform();
            foreach (double[] row in values)
                row[i] = (row[i] + offset) * factor;
        }

        int[] rowOrder = random.Permutation(rows), featureOrder = random.Permutation(features);
        return new ClassificationDataset(
            Arrange(values, rowOrder, featureOrder),
            [.. rowOrder.Select(row => labels[row])],
            classes,
            [.. featureOrder.Select(feature => feature < informative ? FeatureRole.Informative : feature < informative + redundant ? FeatureRole.Redundant : FeatureRole.Noise)]);
    }

    /// <summary>
    /// Makes a regression problem: standard normal features, a label that is linear in some of them, and normal noise, as
    /// scikit-learn's <c>make_regression</c> does (without its low-rank inputs).
    /// </summary>
    /// <remarks>The coefficients of the informative features are uniform from 0 to 100.</remarks>
    /// <param name="rows">At least 1; all rows together must fit in memory.</param>
    /// <param name="features">At least 1.</param>
    /// <param name="informative">Features that the label depends on, at least 1; more than <paramref name="features"/> means all.</param>
    /// <param name="bias">The constant term, within ±1E+12.</param>
    /// <param name="noise">The standard deviation of the noise added to the label, from 0 to 1E+12.</param>
    /// <param name="seed">Determines all random choices.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/>, <paramref name="features"/> or <paramref name="informative"/> is below 1, <paramref name="features"/> is above <see cref="Layer.MaximumUnits"/>, <paramref name="noise"/> is below 0, or <paramref name="bias"/> or <paramref name="noise"/> is not finite.</exception>
    public static RegressionDataset MakeRegression(int rows = 100, int features = 100, int informative = 10, double bias = 0, double noise = 0, int seed = 0)
    {
        Guard.AtLeast(rows, 1, nameof(rows));
        Guard.InRange(features, 1, Layer.MaximumUnits, nameof(features));
        Guard.AtLeast(informative, 1, nameof(informative));
        informative = Math.Min(informative, features);
        Guard.InRange(bias, -MaximumMagnitude, MaximumMagnitude, nameof(bias));
        Guard.InRange(noise, 0, MaximumMagnitude, nameof(noise));
        CheckMemory(rows, features, 0);

        var random = new NormalRandom(seed);
        var values = NewMatrix(rows, features);
        foreach (double[] row in values)
        {
            for (int i = 0; i < features; i++)
                row[i] = (float)random.Normal(); // the label is computed from the features as returned
        }

        double[] coefficients = new double[features];
        for (int i = 0; i < informative; i++)
            coefficients[i] = 100 * random.Uniform();
        double[] labels = [.. values.Select(row => bias + row.Zip(coefficients, (value, coefficient) => value * coefficient).Sum() + (noise > 0 ? noise * random.Normal() : 0))];

        int[] rowOrder = random.Permutation(rows), featureOrder = random.Permutation(features);
        return new RegressionDataset(
            Arrange(values, rowOrder, featureOrder),
            [.. rowOrder.Select(row => (float)labels[row])],
            [.. featureOrder.Select(feature => coefficients[feature])],
            bias);
    }

    /// <summary>Rejects a data set that cannot be held in memory, before any of it is made.</summary>
    private static void CheckMemory(int rows, int features, double otherBytes)
    {
        const double BytesOfValue = sizeof(double) + sizeof(float), BytesOfRow = 100;
        double needed = ((double)rows * ((BytesOfValue * features) + BytesOfRow)) + otherBytes;
        if (needed > MemoryLimits.Available)
            throw new ArgumentException($"rows is {rows} and features {features}: the data would need {MemoryText.Of(needed)}, but this process may use only {MemoryText.Of(MemoryLimits.Available)}. Lower rows or features.", nameof(rows));
    }

    /// <summary>Lays the clusters' rows out one after the other, dividing rows and clusters as evenly as possible, and labels them.</summary>
    private static void FillClusters(double[][] values, int[] labels, int informative, int classes, int clusters, double separation, NormalRandom random)
    {
        double[] normal = new double[informative];
        int row = 0;
        foreach (var (cluster, vertex) in DrawVertices(clusters, informative, random).Index())
        {
            double[][] covariance = SignedMatrix(informative, informative, random);
            int end = row + values.Length / clusters + (cluster < values.Length % clusters ? 1 : 0);
            for (; row < end; row++)
            {
                for (int i = 0; i < informative; i++)
                    normal[i] = random.Normal();
                Multiply(normal, covariance, values[row].AsSpan(0, informative));
                for (int i = 0; i < informative; i++)
                    values[row][i] += vertex[i] ? separation : -separation;
                labels[row] = cluster % classes;
            }
        }
    }

    /// <summary>Draws distinct vertices of the unit hypercube.</summary>
    private static List<bool[]> DrawVertices(int count, int dimensions, NormalRandom random)
    {
        int distinct = Math.Min(dimensions, MaximumDistinctDimensions);
        var taken = new HashSet<int>();
        var vertices = new List<bool[]>(count);
        while (vertices.Count < count)
        {
            int number = random.Integer(1 << distinct);
            if (taken.Add(number))
                vertices.Add([.. Enumerable.Range(0, dimensions).Select(i => i < distinct ? (number >> i & 1) == 1 : random.Integer(2) == 1)]);
        }

        return vertices;
    }

    private static double[][] NewMatrix(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => new double[columns])];

    /// <summary>Returns a matrix of entries uniform within ±1.</summary>
    private static double[][] SignedMatrix(int rows, int columns, NormalRandom random)
    {
        var matrix = NewMatrix(rows, columns);
        foreach (double[] row in matrix)
        {
            for (int i = 0; i < columns; i++)
                row[i] = random.Signed();
        }

        return matrix;
    }

    /// <summary>result = vector · matrix.</summary>
    private static void Multiply(ReadOnlySpan<double> vector, double[][] matrix, Span<double> result)
    {
        result.Clear();
        for (int i = 0; i < vector.Length; i++)
        {
            for (int j = 0; j < result.Length; j++)
                result[j] += vector[i] * matrix[i][j];
        }
    }

    private static float[][] Arrange(double[][] values, int[] rowOrder, int[] featureOrder) =>
        [.. rowOrder.Select(row => featureOrder.Select(feature => (float)values[row][feature]).ToArray())];
}
