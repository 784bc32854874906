package org.warpmix.likelihood;

import java.util.Arrays;

/**
 * The order in which levels of crossed factors are eliminated one by one where few of them meet: next goes one that meets
 * fewest others, until those that are left nearly all meet.
 *
 * <p>What an eliminated level met is an element, a set whose members all meet from then on, and is not written out pair by
 * pair; degrees are the bounds of Amestoy, Davis and Duff (1996, doi:10.1137/S0895479894278952).
 */
final class MinimumDegree {

    /** Levels in the order of elimination. */
    final int[] order;
    /** What each of them meets among those after it and those that stay. */
    final int[][] structure;

    private final int[][] neighbours;
    private final int[][] elementsOf;
    private final int[][] members;
    private final boolean[] absorbed;
    private final boolean[] eliminated;
    private final int[] mark;
    private final int[] outside;
    private final int[] outsideStamp;
    private final int[] degree;
    private final int[] head;
    private final int[] next;
    private final int[] previous;
    private int stamp;

    /**
     * Orders n levels.
     *
     * @param neighbours of each level those that it meets directly, distinct; overwritten
     * @param sets of levels that all meet each other
     */
    MinimumDegree(int n, int[][] neighbours, int[][] sets, SparseLimits limits) {
        this.neighbours = neighbours;
        members = Arrays.copyOf(sets, sets.length + n);
        absorbed = new boolean[members.length];
        outside = new int[members.length];
        outsideStamp = new int[members.length];
        elementsOf = new int[n][];
        eliminated = new boolean[n];
        mark = new int[n];
        degree = new int[n];
        head = new int[n + 1];
        next = new int[n];
        previous = new int[n];
        int[] count = new int[n];
        for (int[] set : sets) {
            for (int i : set) {
                count[i]++;
                degree[i] = Math.min(n - 1, degree[i] + set.length - 1);
            }
        }
        for (int i = 0; i < n; i++) {
            elementsOf[i] = new int[count[i]];
            degree[i] = Math.min(n - 1, degree[i] + neighbours[i].length);
        }
        for (int e = 0; e < sets.length; e++) {
            for (int i : sets[e]) {
                elementsOf[i][--count[i]] = e;
            }
        }
        Arrays.fill(head, -1);
        for (int i = n - 1; i >= 0; i--) {
            insert(i);
        }
        int[] chosen = new int[n];
        int[][] met = new int[n][];
        int done = 0;
        int lowest = 0;
        while (n - done > limits.rest()) {
            while (head[lowest] < 0) {
                lowest++;
            }
            if (lowest > limits.share() * (n - done - 1)) {
                break;
            }
            int pivot = head[lowest];
            met[done] = eliminate(pivot, sets.length + done, n - done - 1);
            chosen[done++] = pivot;
            lowest = 0;
        }
        order = Arrays.copyOf(chosen, done);
        structure = Arrays.copyOf(met, done);
    }

    private int[] eliminate(int pivot, int element, int left) {
        remove(pivot);
        eliminated[pivot] = true;
        stamp++;
        mark[pivot] = stamp;
        int[] met = new int[Math.min(left, Math.max(degree[pivot], 1))];
        int size = 0;
        for (int i : neighbours[pivot]) {
            if (!eliminated[i] && mark[i] != stamp) {
                mark[i] = stamp;
                met[size++] = i;
            }
        }
        for (int e : elementsOf[pivot]) {
            for (int i : absorbed[e] ? new int[0] : members[e]) {
                if (mark[i] != stamp) {
                    mark[i] = stamp;
                    met[size++] = i;
                }
            }
            absorbed[e] = true;
            members[e] = null;
        }
        met = Arrays.copyOf(met, size);
        members[element] = met;
        neighbours[pivot] = null;
        elementsOf[pivot] = null;
        for (int i : met) { // how much of each element lies outside of the new one
            for (int e : elementsOf[i]) {
                if (!absorbed[e]) {
                    outside[e] = (outsideStamp[e] == stamp ? outside[e] : members[e].length) - 1;
                    outsideStamp[e] = stamp;
                }
            }
        }
        for (int i : met) {
            remove(i);
            update(i, element, size, left);
            insert(i);
        }
        return met;
    }

    private void update(int i, int element, int size, int left) {
        int kept = 0;
        long bound = size - 1L;
        int[] elements = elementsOf[i];
        int[] those = new int[elements.length + 1];
        for (int e : elements) {
            if (!absorbed[e] && outside[e] == 0) {
                absorbed[e] = true; // the new one has all of it
                members[e] = null;
            }
            if (!absorbed[e]) {
                those[kept++] = e;
                bound += outside[e];
            }
        }
        those[kept++] = element;
        elementsOf[i] = Arrays.copyOf(those, kept);
        int[] near = neighbours[i];
        int stay = 0;
        for (int j : near) {
            if (!eliminated[j] && mark[j] != stamp) {
                near[stay++] = j;
            }
        }
        neighbours[i] = stay == near.length ? near : Arrays.copyOf(near, stay);
        bound += stay;
        degree[i] = (int) Math.min(Math.min(left - 1L, (long) degree[i] + size - 1), bound);
    }

    private void insert(int i) {
        int d = degree[i];
        next[i] = head[d];
        previous[i] = -1;
        if (head[d] >= 0) {
            previous[head[d]] = i;
        }
        head[d] = i;
    }

    private void remove(int i) {
        if (previous[i] >= 0) {
            next[previous[i]] = next[i];
        } else {
            head[degree[i]] = next[i];
        }
        if (next[i] >= 0) {
            previous[next[i]] = previous[i];
        }
    }
}
