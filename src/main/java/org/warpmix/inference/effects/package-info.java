/** Tests of fixed effects: degrees of freedom, contrasts, analysis of variance, marginal means, robust covariances. */
package org.warpmix.inference.effects;
