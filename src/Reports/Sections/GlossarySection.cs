using SparseProf.Reports.Document;

namespace SparseProf.Reports.Sections;

internal static class GlossarySection
{
    public static Section Build() => new("glossary", "Glossary",
    [
        new Block.Terms(
        [
            ("arithmetic intensity", "FLOPs over bytes moved to and from memory, each operand counted once"),
            ("break-even sparsity", "the share of zeros above which a sparse format is faster than dense"),
            ("block, BSR", "whole blocks of weights kept or dropped, and how they are stored"),
            ("caveat", "a reason to doubt a measurement, from a closed list"),
            ("CSR", "storage of any pattern of nonzero weights by row"),
            ("dense-equivalent FLOPs", "2·M·N·K as if nothing were zero"),
            ("density, sparsity", "the share of weights kept, and the share left out"),
            ("execution", "dense; masked, where zeros are multiplied; sparse, where kernels skip them"),
            ("interval", "the range that holds the truth in 95 of 100 such cases, unless another share is given"),
            ("IsoFLOP curve", "loss against model size at fixed training compute"),
            ("mixture of experts", "a layer in which a router sends each token to a few of many feed-forward networks"),
            ("nonzero FLOPs", "work on stored values only"),
            ("provenance", "how a number was obtained: measured, interpolated, transferred, data sheet"),
            ("roofline", "the most that peak rate and memory bandwidth allow at an arithmetic intensity"),
            ("S*", "the sparsity of least loss at a compute budget, given what sparsity costs on a device"),
            ("speedup", "dense time over sparse time of the same work on the same device"),
            ("2:4", "at most two nonzero weights in each group of four"),
        ]),
    ]);
}
