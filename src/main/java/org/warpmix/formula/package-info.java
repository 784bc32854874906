/**
 * Model formulas as lme4 users write them: text to syntax tree ({@link org.warpmix.formula.Expression}), syntax
 * tree to terms ({@link org.warpmix.formula.Formula}).
 */
package org.warpmix.formula;
