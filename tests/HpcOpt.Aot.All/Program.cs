using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HpcOpt;

// Every optimizer of the catalogue in every storage, in single and double precision, with and without options; the hashes are the JIT's.
foreach (OptimizerDescription description in OptimizerCatalogue.Core.Optimizers)
{
    foreach (StateFormat state in Enum.GetValues<StateFormat>())
        Console.WriteLine($"{description.Name}/{state} {Hash<float>(description, new Storage { State = state })}");
    Console.WriteLine($"{description.Name}/f64 {Hash<double>(description, new Storage())}");
}

static string Hash<T>(OptimizerDescription description, Storage storage)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    const int Length = 3001;
    using Optimizer<T> optimizer = description.Create().CreateOptimizer<T>(Length, storage: storage);
    using NativeVector<T> parameters = new(Length), gradient = new(Length);
    for (int t = 0; t < 6; t++)
    {
        for (int i = 0; i < Length; i++)
        {
            parameters[i] = t == 0 ? T.CreateTruncating((i % 97) / 97.0) : parameters[i];
            gradient[i] = T.CreateTruncating(((i + t) % 31 / 31.0) - 0.4);
        }

        optimizer.Options = new StepOptions { MaxNorm = t < 3 ? null : 1, MaxValue = t < 4 ? null : 0.1 };
        optimizer.Step(parameters, gradient);
    }

    return Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(parameters.AsSpan())))[..16];
}
