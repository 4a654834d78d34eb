//! What an instruction costs in fuel, so that fuel bounds time: no unit of it may take longer than a manifest counts on.
//!
//! wasmtime takes one unit for nearly every instruction, and they differ by a factor of a thousand: a sum takes a tenth of
//! a nanosecond, a read that misses every cache more than a hundred. What is slow is charged for it here. Measured with
//! `cargo bench --bench fuel`, which runs each kind of instruction to the end of its fuel, as processor time on a shared
//! server whose other core compiled: before, up to 134 ns for a unit (reads across 32 MiB; a call out of compiled code 70
//! ns); with these prices 17 ns, reads still the slowest and everything else below 6. What no price could cover is
//! refused on sight: objects of the garbage collector, since one allocation may search a stack of ten thousand frames,
//! and exceptions, since one throw does.

use wasmtime::{OperatorCost, VariableOperatorCost};

/// Nanoseconds that one unit of fuel may take, on a slower machine than the one above, too. Where more turns run than the
/// machine has cores they share them, and fuel takes longer in proportion: the answer still leaves at its deadline.
pub(super) const NANOSECONDS_MAX: u64 = 25;

/// A read that misses every cache.
const READ: u8 = 8;
/// Roots, rounding and checked conversions.
const SLOW: u8 = 4;
/// What leaves the compiled code for the runtime.
const CALL_OUT: u8 = 24;
/// A page that memory grows by, whose every byte is then there for the first time.
const PAGE: u8 = 255;

/// Fuel by instruction.
pub(super) fn prices() -> OperatorCost {
    let mut prices = OperatorCost {
        variable: VariableOperatorCost {
            memory_grow_per_page: PAGE,
            ..VariableOperatorCost::new()
        },
        ..OperatorCost::new()
    };
    macro_rules! price {
        ($price:ident: $($operator:ident)*) => { $(prices.$operator = $price;)* };
    }
    price!(READ: I32Load I64Load F32Load F64Load I32Load8S I32Load8U I32Load16S I32Load16U I64Load8S I64Load8U
        I64Load16S I64Load16U I64Load32S I64Load32U V128Load V128Load8x8S V128Load8x8U V128Load16x4S V128Load16x4U
        V128Load32x2S V128Load32x2U V128Load8Splat V128Load16Splat V128Load32Splat V128Load64Splat V128Load32Zero
        V128Load64Zero V128Load8Lane V128Load16Lane V128Load32Lane V128Load64Lane);
    price!(SLOW: F32Sqrt F64Sqrt F32x4Sqrt F64x2Sqrt F32Div F64Div F32x4Div F64x2Div F32Ceil F32Floor F32Trunc F32Nearest
        F64Ceil F64Floor F64Trunc F64Nearest F32x4Ceil F32x4Floor F32x4Trunc F32x4Nearest F64x2Ceil F64x2Floor F64x2Trunc
        F64x2Nearest F32x4Min F32x4Max F64x2Min F64x2Max I32x4TruncSatF32x4S I32x4TruncSatF32x4U I32x4TruncSatF64x2SZero
        I32x4TruncSatF64x2UZero I32x4RelaxedTruncF32x4S I32x4RelaxedTruncF32x4U I32x4RelaxedTruncF64x2SZero
        I32x4RelaxedTruncF64x2UZero F64x2PromoteLowF32x4 F32x4DemoteF64x2Zero);
    price!(CALL_OUT: MemoryGrow MemoryFill MemoryCopy MemoryInit TableGrow TableFill TableCopy TableInit DataDrop
        ElemDrop RefFunc);
    prices
}
