package org.warpmix.likelihood;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.warpmix.linalg.PackedCholesky;

/** How much memory the front of an elimination takes on this machine, and whether there is as much. */
final class FrontMemory {

    /** What of the machine's memory the rest of the system is left. */
    private static final double SPARE = 0.05;

    private static final double GIGA = 1e9;

    private FrontMemory() {}

    /** Bytes of the dense triangle. */
    static double triangle(int order) {
        return order < Fronts.PACKED_FROM ? StoredFront.bytes(order) : PackedCholesky.bytes(order);
    }

    /** Bytes of the rows of the sparse nodes, their structure, and what an evaluation with its gradient needs beside. */
    static double rows(EliminationPlan plan, int width) {
        double bytes = 0;
        for (int v = 0; v < plan.sparseNodes; v++) {
            int q = plan.q[plan.factorOf(v)];
            int copies = v < plan.leading ? 1 : 3; // what eliminations change is kept as it was, and has an inverse
            bytes += copies * q * (8.0 * (plan.rowWidth[v] + width) + 24) + 5 * 8.0 * q * q;
            bytes += v < plan.leading ? PackedFront.STRIPS * 8.0 * q * q : 0;
        }
        double dense = 0;
        for (int v = 0; v < plan.sparseNodes; v++) {
            dense += plan.structureStart[v + 1] - plan.firstDense[v];
        }
        return bytes + 8.0 * plan.structure.length + 4.0 * plan.position.length + 8 * dense;
    }

    /**
     * Refuses a front for which there is no room.
     *
     * @param factors those in it, in words
     */
    static void require(String factors, int order) {
        double needed = triangle(order);
        Runtime runtime = Runtime.getRuntime();
        boolean outside = order >= Fronts.PACKED_FROM && PackedCholesky.outsideHeap();
        double all = outside ? machine() : runtime.maxMemory();
        double used = outside ? runtime.totalMemory() : runtime.totalMemory() - runtime.freeMemory();
        double left = outside ? (1 - SPARE) * all - used : all - used;
        if (needed > left) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s: the dense block of order %,d needs %.1f GB of memory; %s %.1f GB, %.1f of it left. Take %s,"
                            + " a GPU (--backend cuda) or --solver iterative, or leave out rare levels.",
                    factors,
                    order,
                    needed / GIGA,
                    outside ? "this machine has" : "the JVM may take",
                    all / GIGA,
                    Math.max(0, left) / GIGA,
                    outside ? "a machine with more" : "more (WARPMIX_JAVA_OPTS=-Xmx…)"));
        }
    }

    private static double machine() {
        try {
            return ManagementFactory.getOperatingSystemMXBean()
                            instanceof com.sun.management.OperatingSystemMXBean system
                    ? system.getTotalMemorySize()
                    : Double.MAX_VALUE;
        } catch (NoClassDefFoundError absent) {
            return Double.MAX_VALUE; // a runtime without jdk.management
        }
    }
}
