/** What to doubt in a fit: residuals, influence, distributions, singularity; and predictions with their errors. */
package org.warpmix.inference.diagnosis;
