package org.warpmix.likelihood;

import org.warpmix.crossprod.Crossproducts;

/** Where the front of a block elimination is to lie. */
@FunctionalInterface
interface FrontMaker {

    /** A front for a design. */
    Front of(Crossproducts statistics, EliminationPlan plan, BlockProducts products);
}
