"""Many bytes at a time: what Python and numba do not offer for scanning text in arrays of bytes.

No function here checks bounds; every array that is read must end in at least as much padding as is read at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

#: numba's own annotation takes the typing context for an argument of the caller.
_intrinsic: Any = intrinsic

#: Highest bit of each of eight bytes.
HIGH_BITS = np.uint64(0x8080808080808080)


@_intrinsic
def load8(_context: Any, array: Any, index: Any) -> Any:  # noqa: ARG001  (numba reads the parameter's type)
    """Read eight bytes at any index of a uint8 array as one little-endian number."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(context, builder, signature, arguments)
        value = builder.load(pointer)
        value.align = 1
        return value

    return types.uint64(array, types.int64), generate


@_intrinsic
def store8(_context: Any, array: Any, index: Any, value: Any) -> Any:  # noqa: ARG001
    """Write one number as eight little-endian bytes at any index of a uint8 array."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        instruction = builder.store(arguments[2], _pointer(context, builder, signature, arguments))
        instruction.align = 1
        return context.get_dummy_value()

    return types.void(array, types.int64, types.uint64), generate


@_intrinsic
def bits64(_context: Any, array: Any, index: Any, mask: Any) -> Any:  # noqa: ARG001
    """Say of each of 64 bytes at any index whether it has a bit of `mask`, the first byte in the lowest bit."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = ir.VectorType(ir.IntType(8), 64)
        place = _pointer(context, builder, signature, arguments[:2])
        value = builder.load(builder.bitcast(place, lanes.as_pointer()))
        value.align = 1
        zero = ir.Constant(lanes, [0] * 64)
        first = builder.insert_element(zero, arguments[2], ir.IntType(32)(0))
        masks = builder.shuffle_vector(first, zero, ir.Constant(ir.VectorType(ir.IntType(32), 64), [0] * 64))
        has = builder.icmp_unsigned("!=", builder.and_(value, masks), zero)
        return builder.bitcast(has, ir.IntType(64))

    return types.uint64(array, types.int64, types.uint8), generate


def _pointer(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    place = builder.gep(array.data, [arguments[1]])
    return builder.bitcast(place, ir.IntType(64).as_pointer())


@_intrinsic
def trailing_zeros(_context: Any, value: Any) -> Any:  # noqa: ARG001
    """Count the zero bits below the lowest set bit of a uint64 (64 for zero)."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], cgutils.false_bit)

    return types.int64(types.uint64), generate
