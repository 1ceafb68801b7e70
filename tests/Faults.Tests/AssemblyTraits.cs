// Each test starts programs that use every processor; beside another they would only wait for it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
