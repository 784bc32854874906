package org.warpmix.random;

/** The counter-based generator Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405). */
public final class Philox {

    private Philox() {}
}
