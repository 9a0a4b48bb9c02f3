using System.Runtime.InteropServices;
using System.Security.Cryptography;
// The first snippet of README.md, as it stands there.
using HpcOpt;

using var theta = new NativeVector<float>(1_000_000);     // parameters
using var gradient = new NativeVector<float>(theta.Length);
using var optimizer = Optimizer<float>.Create(theta.Length, new AdamW { LearningRate = 1e-3 });
for (int t = 0; t < 100; t++)
{
    for (nint i = 0; i < theta.Length; i++)
        gradient[i] = theta[i] - 0.05f;                   // your model's gradient goes here
    optimizer.Step(theta, gradient);                      // one pass over memory, all cores, no allocation
}
Console.WriteLine($"{theta[0]:F2}");

// The same bits however it was compiled.
Console.WriteLine($"theta {Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(theta.AsSpan())))}");
