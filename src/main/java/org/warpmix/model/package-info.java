/**
 * From a formula and a table to matrices: the rows used, contrasts, model matrices, random-effects terms, and the
 * same for new rows ({@link org.warpmix.model.Design}).
 */
package org.warpmix.model;
