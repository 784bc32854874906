package org.warpmix.likelihood;

import org.warpmix.crossprod.Crossproducts;

/** The fronts on the CPU. */
final class Fronts {

    /** Order from which one packed triangle beats a front that is stored whole. */
    static final int PACKED_FROM = Integer.getInteger("org.warpmix.packed", 400);

    private Fronts() {}

    /** The front that suits a design. */
    static Front inMemory(Crossproducts statistics, EliminationPlan plan, BlockProducts products) {
        int order = plan.frontSize + products.width;
        return order < PACKED_FROM ? new StoredFront(plan, products) : new PackedFront(plan, products);
    }
}
