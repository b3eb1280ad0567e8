"""A hash of text columns in bulk, the same on every machine and in every process."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Hashes = npt.NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_PIECE_ROWS = 1 << 13
_POWERS: dict[int, Hashes] = {}


def _powers(base: int, count: int) -> Hashes:
    """1, base, base², … modulo 2^64; kept, for every block needs them."""
    known = _POWERS.get(base)
    if known is None or len(known) < count:
        room = max(count, 1 << 16) * 3 // 2
        factors = np.full(room, base, dtype=np.uint64)
        factors[0] = 1
        known = _POWERS[base] = np.cumprod(factors, dtype=np.uint64)
    return known[:count]


def mixed(hashes: Hashes) -> Hashes:
    """Spread each bit over all (the finaliser of splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX_1
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _MIX_2
    return hashes ^ (hashes >> np.uint64(31))


def hashes_of(column: pa.Array) -> Hashes:
    """Hash each text; a missing one counts as empty; shape (n,).

    A text b₀b₁…bₖ₋₁ becomes Σ (bᵢ + 1)·pⁱ modulo 2⁶⁴, mixed with its length: prefix sums over all bytes of
    the block give every text's sum in two gathers, and pᐨˢᵗᵃʳᵗ shifts it to the text's own beginning.
    """
    if not pa.types.is_string(column.type):
        column = column.cast(pa.string())
    hashes = np.zeros(len(column), dtype=np.uint64)
    # Piece by piece, so that the sums stay in the processor's cache.
    for start in range(0, len(column), _PIECE_ROWS):
        piece = column.slice(start, _PIECE_ROWS)
        hashes[start : start + len(piece)] = _piece(piece)
    return hashes


def _piece(column: pa.Array) -> Hashes:
    _, offset_buffer, byte_buffer = column.buffers()
    offsets = np.frombuffer(offset_buffer, dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    first, last = int(offsets[0]), int(offsets[-1])
    text = np.frombuffer(byte_buffer, dtype=np.uint8)[first:last] if last > first else np.zeros(0, np.uint8)
    places = offsets.astype(np.int64) - first
    sums = np.zeros(len(text) + 1, dtype=np.uint64)
    np.cumsum((text.astype(np.uint64) + np.uint64(1)) * _powers(_BASE, len(text)), out=sums[1:])
    backs = _powers(_INVERSE, len(text) + 1)[places[:-1]]
    lengths = np.diff(places).astype(np.uint64)
    return mixed((sums[places[1:]] - sums[places[:-1]]) * backs + lengths)
