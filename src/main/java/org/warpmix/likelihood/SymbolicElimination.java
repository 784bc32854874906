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

    /** Levels that an eliminated one makes meet are written out pair by pair up to so many. */
    private static final int PAIRWISE = 6;

    final int[] q;
    final int[] levels;
    final int[] nodeFactor;
    final int[] nodeLevel;
    final int[][] node;
    final int[] frontStart;
    final int[] denseLevels;
    final int[] structureStart;
    int[] structure = new int[1024];
    final int leading;
    final int sparseNodes;
    int frontSize;

    private final SparseLimits limits;
    private final List<LevelProducts> factors;
    private final List<PairProducts> pairs;
    private final int[][] transposedStart;
    private final int[][] transposed;

    SymbolicElimination(Crossproducts statistics, SparseLimits limits) {
        this.limits = limits;
        factors = statistics.factors();
        pairs = statistics.pairs();
        int count = factors.size();
        q = new int[count];
        levels = new int[count];
        node = new int[count][];
        frontStart = new int[count];
        denseLevels = new int[count];
        int total = 0;
        for (int f = 0; f < count; f++) {
            q[f] = factors.get(f).q();
            levels[f] = factors.get(f).levels();
            node[f] = new int[levels[f]];
            total = Math.addExact(total, levels[f]);
        }
        nodeFactor = new int[total];
        nodeLevel = new int[total];
        transposedStart = new int[pairs.size()][];
        transposed = new int[pairs.size()][];
        for (int i = 0; i < pairs.size(); i++) {
            transpose(i);
        }
        boolean[] placed = new boolean[count];
        int position = 0;
        int first = -1;
        // Neighbours are first collected as (factor, level) codes, since later levels have no node numbers yet.
        long[][] neighbours = new long[total][];
        for (int next = largestBlockDiagonal(placed, neighbours, position);
                next >= 0;
                next = largestBlockDiagonal(placed, neighbours, position)) {
            first = first < 0 ? next : first;
            placed[next] = true;
            collect(next, placed, neighbours, position);
            for (int level = 0; level < levels[next]; level++) {
                place(next, level, position++);
            }
        }
        leading = first < 0 ? 0 : levels[first];
        position = eliminateFew(placed, neighbours, position);
        sparseNodes = position;
        for (int f = 0; f < count; f++) {
            frontStart[f] = -1;
            for (int level = 0; level < levels[f] && !placed[f]; level++) {
                if (node[f][level] < 0) {
                    frontStart[f] = denseLevels[f]++ == 0 ? frontSize : frontStart[f];
                    place(f, level, position++);
                    frontSize = Math.addExact(frontSize, q[f]);
                }
            }
        }
        structureStart = new int[sparseNodes + 1];
        int size = 0;
        for (int v = 0; v < sparseNodes; v++) {
            structureStart[v] = size;
            for (long code : neighbours[v]) {
                if (size == structure.length) {
                    structure = Arrays.copyOf(structure, Math.addExact(size, size >> 1));
                }
                structure[size++] = node[(int) (code >>> 32)][(int) code];
            }
            neighbours[v] = null;
            Arrays.sort(structure, structureStart[v], size);
        }
        structureStart[sparseNodes] = size;
        structure = Arrays.copyOf(structure, size);
    }

    private void place(int f, int level, int at) {
        node[f][level] = at;
        nodeFactor[at] = f;
        nodeLevel[at] = level;
    }

    /**
     * Eliminates levels of the crossed factors one by one where few of them meet; those not eliminated have node −1.
     *
     * @return the position after them
     */
    private int eliminateFew(boolean[] placed, long[][] neighbours, int position) {
        int[] start = new int[levels.length + 1];
        for (int f = 0; f < levels.length; f++) {
            start[f + 1] = start[f] + (placed[f] ? 0 : levels[f]);
            if (!placed[f]) {
                Arrays.fill(node[f], -1);
            }
        }
        int n = start[levels.length];
        double meetings = 0;
        for (PairProducts pair : pairs) {
            meetings += placed[pair.first()] || placed[pair.second()] ? 0 : pair.size();
        }
        int[][] sets = new int[position][];
        int setCount = 0;
        for (int v = 0; v < position && n >= limits.fewest(); v++) {
            int size = 0;
            int[] set = new int[neighbours[v].length];
            for (long code : neighbours[v]) {
                int f = (int) (code >>> 32);
                if (!placed[f]) {
                    set[size++] = start[f] + (int) code;
                }
            }
            meetings += 0.5 * size * (size - 1.0);
            if (meetings > limits.meetings() * n * n) {
                return position;
            }
            if (size > 1) {
                sets[setCount++] = Arrays.copyOf(set, size);
            }
        }
        if (n < limits.fewest()) {
            return position;
        }
        MinimumDegree degrees = orderOf(placed, start, n, Arrays.copyOf(sets, setCount));
        for (int i = 0; i < degrees.order.length; i++) {
            int f = factorAt(start, degrees.order[i]);
            int[] met = degrees.structure[i];
            neighbours[position] = new long[met.length];
            for (int m = 0; m < met.length; m++) {
                int other = factorAt(start, met[m]);
                neighbours[position][m] = (long) other << 32 | met[m] - start[other];
            }
            place(f, degrees.order[i] - start[f], position++);
        }
        return position;
    }

    private static int factorAt(int[] start, int i) {
        int f = 0;
        while (i >= start[f + 1]) {
            f++;
        }
        return f;
    }

    private MinimumDegree orderOf(boolean[] placed, int[] start, int n, int[][] sets) {
        int[] size = new int[n];
        int[][] near = new int[n][4];
        int large = 0;
        for (int[] set : sets) {
            if (set.length > PAIRWISE) {
                sets[large++] = set;
                continue;
            }
            for (int i : set) {
                for (int j : set) {
                    if (i != j) {
                        add(near, size, i, j);
                    }
                }
            }
        }
        for (PairProducts pair : pairs) {
            for (int l = 0; l < levels[pair.first()] && !placed[pair.first()] && !placed[pair.second()]; l++) {
                for (int e = pair.start()[l]; e < pair.start()[l + 1]; e++) {
                    add(near, size, start[pair.first()] + l, start[pair.second()] + pair.partner()[e]);
                    add(near, size, start[pair.second()] + pair.partner()[e], start[pair.first()] + l);
                }
            }
        }
        for (int i = 0; i < n; i++) {
            Arrays.sort(near[i], 0, size[i]);
            int distinct = 0;
            for (int m = 0; m < size[i]; m++) {
                if (m == 0 || near[i][m] != near[i][distinct - 1]) {
                    near[i][distinct++] = near[i][m];
                }
            }
            near[i] = Arrays.copyOf(near[i], distinct);
        }
        return new MinimumDegree(n, near, Arrays.copyOf(sets, large), limits);
    }

    private static void add(int[][] near, int[] size, int i, int j) {
        if (size[i] == near[i].length) {
            near[i] = Arrays.copyOf(near[i], 2 * size[i]);
        }
        near[i][size[i]++] = j;
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
