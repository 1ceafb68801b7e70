// libtorch's random generator and its counts of tensors belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
