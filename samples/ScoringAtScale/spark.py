"""Predicts a table in Spark with an exported model: spark-submit spark.py MODEL.onnx ROWS PREDICTIONS

ROWS is a folder of CSV files, with a column Id and the model's features in the order of its training. PREDICTIONS becomes a folder of Parquet
files. Needs pyspark, pandas, pyarrow and onnxruntime on every machine.
"""

import sys

import numpy
import onnxruntime
from pyspark.sql import SparkSession
from pyspark.sql.types import FloatType, StructField, StructType

model_path, rows_path, predictions_path = sys.argv[1:]
spark = SparkSession.builder.appName("DenseNet").getOrCreate()
model = spark.sparkContext.broadcast(open(model_path, "rb").read())
rows = spark.read.csv(rows_path, header=True, inferSchema=True)
features = [name for name in rows.columns if name != "Id"]


def score(batches):
    # Once per task. Spark gives each core a task, so a session must not start threads too.
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.value, options, providers=["CPUExecutionProvider"])
    for batch in batches:
        values = batch[features].to_numpy(dtype=numpy.float32, na_value=numpy.nan)
        yield batch.assign(Probability=session.run(["Probability"], {"Features": values})[0][:, 0])


schema = StructType(rows.schema.fields + [StructField("Probability", FloatType())])
rows.mapInPandas(score, schema).write.parquet(predictions_path)
