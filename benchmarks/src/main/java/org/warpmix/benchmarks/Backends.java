package org.warpmix.benchmarks;

import org.warpmix.backend.Backend;
import org.warpmix.backend.auto.AutoBackend;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.backend.cuda.CudaBackend;
import org.warpmix.backend.reference.ReferenceBackend;

/** Backends by their names. */
final class Backends {

    private Backends() {}

    /** @param name as of {@code --backend}, or {@code reference} */
    static Backend named(String name) {
        return switch (name) {
            case "cpu" -> new CpuBackend();
            case "cuda" -> new CudaBackend();
            case "auto" -> new AutoBackend(System.err::println);
            case "reference" -> new ReferenceBackend();
            default ->
                throw new IllegalArgumentException("Backend " + name + " is not one of cpu, cuda, auto and reference.");
        };
    }
}
