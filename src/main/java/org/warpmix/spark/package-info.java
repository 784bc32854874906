/**
 * Long runs, and tables larger than one machine, on the executors of a Spark cluster. The results are those of a local run to the bit:
 * executors compute units of {@link org.warpmix.unit}, and the driver does the rest as ever. This package alone knows Spark, which
 * {@code spark-submit} brings.
 */
package org.warpmix.spark;
