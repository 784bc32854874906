package org.warpmix.likelihood;

import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.LevelProducts;
import org.warpmix.crossprod.PairProducts;

/**
 * Finds the order of elimination and the structure of the factor for an {@link EliminationPlan}, which explains the
 * fields.
 */
final class SymbolicElimination {
    final int[] order;
    final int[] q;
    final int[] levels;
    final int[] firstNode;
    final int[] frontStart;
    final int[] structureStart;
    int[] structure = new int[1024];
    int sparseFactors;
    int sparseNodes;
    int frontSize;

    private final List<LevelProducts> factors;
    private final List<PairProducts> pairs;
    private final int[][] transposedStart;
    private final int[][] transposed;

    SymbolicElimination(Crossproducts statistics) {
        factors = statistics.factors();
        pairs = statistics.pairs();
        int count = factors.size();
        order = new int[count];
        q = new int[count];
        levels = new int[count];
        firstNode = new int[count];
        frontStart = new int[count];
        for (int f = 0; f < count; f++) {
            q[f] = factors.get(f).q();
            levels[f] = factors.get(f).levels();
        }
        transposedStart = new int[pairs.size()][];
        transposed = new int[pairs.size()][];
        for (int i = 0; i < pairs.size(); i++) {
            transpose(i);
        }
        boolean[] placed = new boolean[count];
        int total = 0;
        for (LevelProducts factor : factors) {
            total += factor.levels();
        }
        int[] starts = new int[total + 1];
        int position = 0;
        // Neighbours are first collected as (factor, level) codes, since later factors have no node numbers yet.
        long[][] neighbours = new long[total][];
        for (int next = largestBlockDiagonal(placed, neighbours, position);
                next >= 0;
                next = largestBlockDiagonal(placed, neighbours, position)) {
            order[sparseFactors++] = next;
            placed[next] = true;
            firstNode[next] = position;
            collect(next, placed, neighbours, position);
            position += factors.get(next).levels();
        }
        sparseNodes = position;
        int at = sparseFactors;
        for (int f = 0; f < count; f++) {
            frontStart[f] = -1;
            if (!placed[f]) {
                order[at++] = f;
                firstNode[f] = position;
                position += factors.get(f).levels();
                frontStart[f] = frontSize;
                frontSize = Math.addExact(
                        frontSize, Math.multiplyExact(factors.get(f).levels(), q[f]));
            }
        }
        int size = 0;
        for (int v = 0; v < sparseNodes; v++) {
            starts[v] = size;
            for (long code : neighbours[v]) {
                if (size == structure.length) {
                    structure = Arrays.copyOf(structure, size + (size >> 1));
                }
                structure[size++] = firstNode[(int) (code >>> 32)] + (int) code;
            }
            Arrays.sort(structure, starts[v], size);
        }
        starts[sparseNodes] = size;
        structureStart = Arrays.copyOf(starts, sparseNodes + 1);
        structure = Arrays.copyOf(structure, size);
    }

    /** The factor with most levels among those not placed in which no eliminated node meets two levels, or −1. */
    private int largestBlockDiagonal(boolean[] placed, long[][] neighbours, int eliminated) {
        boolean[] filled = new boolean[placed.length];
        for (int v = 0; v < eliminated; v++) {
            for (int i = 1; i < neighbours[v].length; i++) {
                if (neighbours[v][i] >>> 32 == neighbours[v][i - 1] >>> 32) {
                    filled[(int) (neighbours[v][i] >>> 32)] = true;
                }
            }
        }
        int best = -1;
        for (int f = 0; f < placed.length; f++) {
            if (!placed[f]
                    && !filled[f]
                    && (best < 0 || factors.get(f).levels() > factors.get(best).levels())) {
                best = f;
            }
        }
        return best;
    }

    /**
     * Structures of the levels of a factor that is eliminated now: its own partners, and what the nodes before it
     * that have the level as their next one hand on. Sorted codes {@code factor << 32 | level}.
     */
    private void collect(int factor, boolean[] placed, long[][] neighbours, int position) {
        int levels = factors.get(factor).levels();
        long[][] handedOn = handedOn(factor, placed, neighbours, position, levels);
        long[] buffer = new long[256];
        for (int l = 0; l < levels; l++) {
            int size = 0;
            for (int i = 0; i < pairs.size(); i++) {
                PairProducts pair = pairs.get(i);
                boolean first = pair.first() == factor;
                int other = first ? pair.second() : pair.first();
                if ((first || pair.second() == factor) && !placed[other]) {
                    int[] start = first ? pair.start() : transposedStart[i];
                    int[] partner = first ? pair.partner() : transposed[i];
                    int count = start[l + 1] - start[l];
                    buffer = room(buffer, size + count);
                    for (int e = start[l]; e < start[l + 1]; e++) {
                        buffer[size++] = (long) other << 32 | partner[e];
                    }
                }
            }
            if (handedOn[l] != null) {
                buffer = room(buffer, size + handedOn[l].length);
                System.arraycopy(handedOn[l], 0, buffer, size, handedOn[l].length);
                size += handedOn[l].length;
            }
            neighbours[position + l] = sortedDistinct(buffer, size);
        }
    }

    private long[][] handedOn(int factor, boolean[] placed, long[][] neighbours, int position, int levels) {
        long[][] sets = new long[levels][];
        for (int v = 0; v < position; v++) {
            int level = -1;
            long[] rest = new long[neighbours[v].length];
            int size = 0;
            for (long code : neighbours[v]) {
                int other = (int) (code >>> 32);
                if (other == factor) {
                    level = (int) code;
                } else if (!placed[other]) {
                    rest[size++] = code;
                }
            }
            if (level >= 0 && size > 0) {
                long[] before = sets[level] == null ? new long[0] : sets[level];
                long[] both = Arrays.copyOf(before, before.length + size);
                System.arraycopy(rest, 0, both, before.length, size);
                sets[level] = sortedDistinct(both, both.length);
            }
        }
        return sets;
    }

    private static long[] room(long[] buffer, int size) {
        return size <= buffer.length ? buffer : Arrays.copyOf(buffer, Math.max(size, 2 * buffer.length));
    }

    private static long[] sortedDistinct(long[] codes, int size) {
        Arrays.sort(codes, 0, size);
        int distinct = 0;
        for (int i = 0; i < size; i++) {
            if (i == 0 || codes[i] != codes[distinct - 1]) {
                codes[distinct++] = codes[i];
            }
        }
        return Arrays.copyOf(codes, distinct);
    }

    private void transpose(int i) {
        PairProducts pair = pairs.get(i);
        int levels = factors.get(pair.second()).levels();
        int[] start = new int[levels + 1];
        for (int partner : pair.partner()) {
            start[partner + 1]++;
        }
        for (int l = 0; l < levels; l++) {
            start[l + 1] += start[l];
        }
        int[] next = Arrays.copyOf(start, levels);
        int[] partners = new int[pair.size()];
        for (int l = 0; l + 1 < pair.start().length; l++) {
            for (int e = pair.start()[l]; e < pair.start()[l + 1]; e++) {
                partners[next[pair.partner()[e]]++] = l;
            }
        }
        transposedStart[i] = start;
        transposed[i] = partners;
    }
}
