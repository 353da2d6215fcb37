namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Width inference, the places of the parameters, and the printed forms.</summary>
[TestClass]
public sealed class NetworkLayoutTests
{
    private static readonly Layer Example = Layer.Sequential(
        Layer.Standardize,
        Layer.Linear(8),
        Layer.BatchNorm(),
        Layer.Concat(Layer.Identity, Layer.Sequential(Layer.Linear(1000, bias: false), Layer.PReLU(perUnit: true))),
        Layer.Linear(1));

    [TestMethod]
    public void Widths_follow_the_layers()
    {
        var layout = new NetworkLayout(Example, 5);
        Assert.AreEqual(5, layout.InputWidth);
        Assert.AreEqual(1, layout.OutputWidth);
        CollectionAssert.AreEqual(
            new[] { "0:5->5", "1:5->8", "2:8->8", "3:8->1008", "4:1008->1" },
            layout.Root.Children.Select(node => $"{node.Path}:{node.InputWidth}->{node.OutputWidth}").ToArray());
    }

    [TestMethod]
    public void Parameters_are_named_and_placed_in_the_order_of_the_layers()
    {
        var layout = new NetworkLayout(Example, 5);
        CollectionAssert.AreEqual(
            new[]
            {
                "0.mean [5] buffer 0", "0.scale [5] buffer 5",
                "1.weight [8, 5] 0", "1.bias [8] 40",
                "2.weight [8] 48", "2.bias [8] 56", "2.running_mean [8] buffer 10", "2.running_var [8] buffer 18",
                "3.1.0.weight [1000, 8] 64", "3.1.1.weight [1000] 8064",
                "4.weight [1, 1008] 9064", "4.bias [1] 10072",
            },
            layout.Tensors.Select(place => $"{place.Name} [{string.Join(", ", place.Shape)}] {(place.IsTrained ? "" : "buffer ")}{place.Offset}").ToArray());
        Assert.AreEqual(10073, layout.ParameterCount);
        Assert.AreEqual(26, layout.BufferCount);
    }

    [TestMethod]
    public void Places_are_disjoint_and_complete_in_any_network()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var layout = RandomNetworks.Next(new Random(seed)).Layout;
            AreTiled(layout.Tensors.Where(place => place.IsTrained), layout.ParameterCount);
            AreTiled(layout.Tensors.Where(place => !place.IsTrained), layout.BufferCount);
            Assert.AreEqual(layout.Tensors.Count, layout.Tensors.Select(place => place.Name).Distinct().Count(), $"Seed {seed}: {layout.Layer}");

            void AreTiled(IEnumerable<TensorPlace> slots, int count)
            {
                int next = 0;
                foreach (var place in slots)
                {
                    Assert.AreEqual(next, place.Offset, $"Seed {seed}: {layout.Layer}");
                    next += place.Count;
                }

                Assert.AreEqual(count, next, $"Seed {seed}: {layout.Layer}");
            }
        }
    }

    [TestMethod]
    public void Branches_of_a_Sum_must_be_equally_wide() => Refuses(
        Layer.Sequential(Layer.Linear(8), Layer.Sum(Layer.Linear(3), Layer.Sequential(Layer.Linear(4), Layer.ReLU))),
        "Layer '1' (Sum) adds branches of different widths: branch 0 (Linear(3)) gives 3, '1.1' (Sequential(Linear(4), ReLU)) gives 4.");

    [TestMethod]
    public void The_body_of_a_Residual_must_keep_the_width() => Refuses(
        Layer.Sequential(Layer.ReLU, Layer.Sequential(Layer.Residual(Layer.Linear(7)))),
        "Layer '1.0' (Residual) adds its input, 5 wide, to the output of Linear(7), 7 wide.");

    [TestMethod]
    public void A_Concat_must_not_grow_too_wide() => Refuses(
        Layer.Sequential(Layer.Linear(Layer.MaximumUnits / 2), Layer.Concat(Layer.Identity, Layer.Identity, Layer.Identity)),
        "Layer '1' (Concat) would be 25165824 wide; at most 16777216 units are accepted.");

    [TestMethod]
    public void A_network_must_fit_into_one_array() => Refuses(
        Layer.Sequential(Layer.Linear(100_000), Layer.Linear(100_000)),
        "'1.weight' of 10,000,000,000 values brings the network over 2,147,483,591 values");

    [TestMethod]
    public void Text_is_that_of_print_model() => Assert.AreEqual(
        """
        Sequential(
          (0): Standardize(5)
          (1): Linear(in_features=5, out_features=8, bias=True)
          (2): BatchNorm(8, eps=1E-05, momentum=0.1)
          (3): Concat(
            (0): Identity()
            (1): Sequential(
              (0): Linear(in_features=8, out_features=1000, bias=False)
              (1): PReLU(num_parameters=1000)
            )
          )
          (4): Linear(in_features=1008, out_features=1, bias=True)
        )
        """.ReplaceLineEndings("\n"),
        new NetworkLayout(Example, 5).ToString());

    [TestMethod]
    public void Summary_is_a_table() => Assert.AreEqual(
        """
        Layer                Output width  Parameters
        ---------------------------------------------
        Sequential                      1           0
          0: Standardize                5           0
          1: Linear                     8          48
          2: BatchNorm                  8          16
          3: Concat                 1,008           0
            3.0: Identity               8           0
            3.1: Sequential         1,000           0
              3.1.0: Linear         1,000       8,000
              3.1.1: PReLU          1,000       1,000
          4: Linear                     1       1,009
        ---------------------------------------------
        Inputs: 5
        Trained parameters: 10,073
        Other values (scaling, running averages): 26
        """.ReplaceLineEndings("\n"),
        Example.Summary(5));

    private static void Refuses(Layer layer, string message) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new NetworkLayout(layer, 5)).Message, message);
}
